"""What posts of villages mean for duties: who lives there, and which unit answers for which village."""
