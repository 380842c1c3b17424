"""Units, users, dated postings, rights by role, sign-in."""
