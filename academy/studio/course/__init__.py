"""The desk where the course as a whole goes out as a zip, and comes in from one."""
