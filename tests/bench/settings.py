"""The settings of the system with Django's own admin beside it, which the lists are compared with."""

from poverty import settings as system

globals().update({name: getattr(system, name) for name in dir(system) if name.isupper()})

INSTALLED_APPS = [*system.INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "tests.bench.urls"
# Plain static names: `make bench` does not collect files.
STORAGES = system.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# The admin's own templates lie in its package; every template is loaded once and kept, as in production.
system.TEMPLATES[0]["OPTIONS"]["loaders"][0][1].append("django.template.loaders.app_directories.Loader")
