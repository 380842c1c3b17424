"""Pages of notices: open to everybody (public), and for the office (sheets, calendar, who is late)."""
