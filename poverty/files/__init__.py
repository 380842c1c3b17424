"""Stored documents and photos: content-addressed, rights-checked, linked to cases."""
