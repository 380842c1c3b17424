"""One function per verb: the catalogue, what was received and taken back, loans, training, jobs, solar stations."""
