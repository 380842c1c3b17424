"""Forms of villages: parsing and messages; the rules stand in the services."""
