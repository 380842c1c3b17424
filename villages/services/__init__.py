"""What is done with villages: one module per subject."""
