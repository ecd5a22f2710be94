"""The course: seven modules of lessons, an activity and a quiz each, and how far each person has come."""
