"""Households, facts and results as the API tells and reads them."""
