"""Option lists of villages, one module each (forms.md 4.2)."""
