"""Organisations, who belongs to them, and the territories they work in."""
