"""The desk of administrators: who may do what on the platform."""
