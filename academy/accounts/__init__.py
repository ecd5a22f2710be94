"""Who is here: people, sign-in, roles, privacy."""
