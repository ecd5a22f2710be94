"""Questions, quizzes, attempts and their marks: what every part of the academy asks people with."""
