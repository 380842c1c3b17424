"""What is typed about policies, benefits, loans, training, jobs and solar stations."""
