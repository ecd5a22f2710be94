"""The library: guides of two pages that stand outside the course, for those who want to begin."""
