"""Who did what, when: the append-only log."""
