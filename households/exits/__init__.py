"""Household exit (贫困户退出): from the yearly plan to the mark in the national system (procedures.md 2.1)."""
