"""Pages of the county review desk."""
