"""When and where is the course followed together, and by whom? Editions, their sessions, and who is enrolled."""
