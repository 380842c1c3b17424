from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    label = "households"
    verbose_name = "户"
    default_auto_field = "django.db.models.BigAutoField"
