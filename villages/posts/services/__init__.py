"""Posts of villages: filled, handed on, ended; what a county asks of its villages."""
