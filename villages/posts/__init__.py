"""Who stands in a village: the five posts and everybody beside them, by day and by document."""
