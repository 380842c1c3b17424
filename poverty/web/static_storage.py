"""Static files under names that carry a hash of their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; `import ... from "./other.js"` in our ES modules is rewritten too."""

    support_js_module_import_aggregation = True
    # A module's name follows from those it imports, one floor of imports in each pass; the phone pages have ten.
    max_post_process_passes = 20
    # Only hashed names are served from here, so the plain copies would be dead weight.
    keep_only_hashed_files = True
