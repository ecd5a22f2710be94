"""Spaces, topics and posts: the conversation that goes on after the course ends."""
