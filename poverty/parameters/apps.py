from importlib import import_module

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "poverty.parameters"
    label = "parameters"
    verbose_name = "参数"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # By name, since it needs the models, which do not exist yet when this file is read.
        import_module("poverty.parameters.registrations")
