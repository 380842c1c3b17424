"""Which static files of the packages are collected."""

from django.contrib.staticfiles.finders import AppDirectoriesFinder

# What no page of ours uses: htmx's extensions (one imports a name that no hashed file has) and the browsable
# API, which is switched off.
LEFT_OUT = ("ext", "rest_framework", "*.map")


class PackageFinder(AppDirectoriesFinder):
    """Django's own finder, less what is left out."""

    def list(self, ignore_patterns):
        return super().list([*(ignore_patterns or ()), *LEFT_OUT])
