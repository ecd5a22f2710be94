"""The question bank: what comes in from files and goes out to them, where questions are used, and how they do."""
