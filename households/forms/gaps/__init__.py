"""Forms of gaps, measures, plans and needs, one module per subject."""
