"""师生结对: each student of a registered household has one teacher, each school a headmaster who answers for it (F19)."""
