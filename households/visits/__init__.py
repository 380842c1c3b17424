"""走访: templates, visits as they were made, what they changed in the year's facts, and what waits for a decision."""
