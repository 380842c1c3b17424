"""缺什么补什么: what each household lacks and who closes it until when, measures, yearly plans, and needs (诉求)."""
