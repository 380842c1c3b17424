"""Exit standards by area, year and subject: thresholds are data."""
