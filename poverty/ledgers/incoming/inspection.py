"""Whether a file is a workbook that may be opened, and what is in it, before any reader of workbooks sees it."""
