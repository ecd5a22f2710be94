"""The desk of questions: the bank, files that come and go, writing, quizzes, and what their figures say."""
