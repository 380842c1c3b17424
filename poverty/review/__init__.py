"""The review engine: workflows, fire, steps, lanes."""
