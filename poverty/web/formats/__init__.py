"""Date and number formats of the field: 2018-11-03, 12,340.50."""
