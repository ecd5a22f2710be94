"""A door: what begins in one feature and goes on in another."""
