"""Ledgers on their way out: values, look, workbook, CSV, checksum, and where files are kept."""
