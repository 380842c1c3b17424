"""Pages of policies, benefits, loans, training, jobs and solar stations."""
