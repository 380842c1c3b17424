"""Dated parameters by area, each with the document it comes from."""
