"""村级扶贫工作室: where it is, who of the village's standing posts works there, its funds of each year."""
