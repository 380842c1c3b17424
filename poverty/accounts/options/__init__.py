"""Option lists of units, users and postings (forms.md 3.1): one module per list.

A list is a constant named after what it lists: `poverty.accounts.options.unit_kinds.UNIT_KINDS`.
"""
