"""What the county does at its desk: looking, deciding one case, deciding a list after its sample."""
