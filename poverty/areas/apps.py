from importlib import import_module

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "poverty.areas"
    label = "areas"
    verbose_name = "行政区划"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # By name, since it needs the models, which do not exist yet when this file is read.
        import_module("poverty.areas.registrations")
