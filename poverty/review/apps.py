from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReviewConfig(AppConfig):
    name = "poverty.review"
    label = "review"
    verbose_name = "审核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Import the workflow.py of every app: there the transition tables are registered."""
        autodiscover_modules("workflow")
