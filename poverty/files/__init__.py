"""Stored documents and photos: content-addressed, examined, rights-checked, linked to cases."""
