"""Pages of visits: the list, one visit, what waits for a decision, photos to look at, the form."""
