from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "poverty.areas"
    label = "areas"
    verbose_name = "行政区划"
    default_auto_field = "django.db.models.BigAutoField"
