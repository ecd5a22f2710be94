"""What learners make in the activities, and who may look at it."""
