"""Web helpers without models: rights on views, paging, merging, rendering."""
