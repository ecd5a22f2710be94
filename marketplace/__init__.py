"""What is needed, what is offered, and how the two find each other."""
