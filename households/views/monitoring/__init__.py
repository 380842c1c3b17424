"""Pages of monitoring, one module per subject."""
