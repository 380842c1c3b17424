"""What the API tells of villages."""
