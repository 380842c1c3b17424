"""The county review desk (product.md 3): what waits for the county, what stands out, and lists decided after a sample."""
