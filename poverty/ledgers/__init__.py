"""Column lists, export and import: what goes out as a ledger and what comes in as a workbook."""
