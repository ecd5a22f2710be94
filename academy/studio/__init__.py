"""The studio: where trainers, coordinators and administrators work. A door, with one package for each desk."""
