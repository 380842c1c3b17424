"""The app of ledgers and imports."""

from importlib import import_module

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    """Column lists, export and import."""

    name = "poverty.ledgers"
    label = "ledgers"
    verbose_name = "台账"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # By name, since they need the models, which do not exist yet when this file is read.
        import_module("poverty.ledgers.registrations")
