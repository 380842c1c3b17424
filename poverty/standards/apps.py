from django.apps import AppConfig
from django.utils.module_loading import import_module


class StandardsConfig(AppConfig):
    name = "poverty.standards"
    label = "standards"
    verbose_name = "标准"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("poverty.standards.registrations")
