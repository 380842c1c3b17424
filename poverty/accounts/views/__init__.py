"""Pages of accounts, by subject: signing in, one's own page, people, postings, units."""
