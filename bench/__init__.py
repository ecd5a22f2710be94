"""What does a page cost, in requests a second, processor time, statements, bytes and memory?"""
