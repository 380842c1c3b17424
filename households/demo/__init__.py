"""Invented data: the demo county, and registers of any size for measuring."""
