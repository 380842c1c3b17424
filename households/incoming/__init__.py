"""Workbooks of the national system on their way into the register."""
