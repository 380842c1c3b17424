"""The administrative tree, settlements below the village, and scoping by code prefix."""
