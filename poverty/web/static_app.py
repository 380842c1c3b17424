"""Which static files of the packages are left out."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Django's own list, and what no page of ours uses: htmx's extensions (one imports a name that no hashed file
    has) and the pages of the browsable API, which is switched off."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext", "ext", "rest_framework", "*.map"]
