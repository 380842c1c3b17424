"""走访和驻村职责: what is due from whom, what was done, who was in the village, and what is written from it."""
