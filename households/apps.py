from importlib import import_module

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    label = "households"
    verbose_name = "户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models exist only now; the module hands our tables to the apps above.
        import_module("households.registrations")
        import_module("households.entries.registrations")
        import_module("households.visits.registrations")
        import_module("households.duties.registrations")
        import_module("households.gaps.registrations")
        import_module("households.benefits.registrations")
        import_module("households.sheets.registrations")
        import_module("households.helping.registrations")
        import_module("households.students.registrations")
        import_module("households.relocation.registrations")
        import_module("households.relocation.applications.registrations")
        import_module("households.goods.registrations")
        import_module("households.sales.registrations")
        import_module("households.steps.registrations")
