from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReviewConfig(AppConfig):
    name = "poverty.review"
    label = "review"
    verbose_name = "审核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # By name, since it needs the models, which do not exist yet when this file is read.
        import_module("poverty.review.registrations")
        # The transition tables of all apps stand in their workflow.py and register themselves.
        autodiscover_modules("workflow")
