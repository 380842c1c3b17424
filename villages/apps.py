from importlib import import_module

from django.apps import AppConfig


class VillagesConfig(AppConfig):
    name = "villages"
    label = "villages"
    verbose_name = "村"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models exist only now; the module hands our tables to the apps above.
        import_module("villages.registrations")
        import_module("villages.duties.registrations")
