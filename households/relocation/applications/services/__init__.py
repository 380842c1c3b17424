"""What is done with applications to move: one module for each part of the way."""
