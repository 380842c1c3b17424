"""Pages of students and their teachers."""
