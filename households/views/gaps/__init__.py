"""Pages of gaps, measures, plans and needs."""
