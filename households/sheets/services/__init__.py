"""Printing comparison sheets, and typing them."""
