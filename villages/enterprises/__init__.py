"""万企帮万村: what enterprises agreed with villages, and what came of it each year."""
