"""The marking desk: open answers, challenged questions, marking again, and time."""
