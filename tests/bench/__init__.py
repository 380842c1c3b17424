"""Figures, not tests: `make bench` prints a JSON line each. Absolute times move with the machine; ratios matter."""
