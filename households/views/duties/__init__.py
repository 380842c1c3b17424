"""Pages of duties: what was done by month, what is late, rules, records, days in the village, leave, diaries, help."""
