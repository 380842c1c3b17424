"""A page with every part of the UI kit, for looking at and for tests; it has no address in the product."""
