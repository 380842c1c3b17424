"""Forms of monitoring, one module per subject."""
