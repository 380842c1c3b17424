"""Workbooks that come in: examined before anybody opens them, read in a process of its own, reported on."""
