"""What this app tells the apps above: words for the log."""
