"""Pages of applications to move."""
