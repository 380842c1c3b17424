from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "poverty.jobs"
    label = "jobs"
    verbose_name = "后台任务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # By name, since it needs the models, which do not exist yet when this file is read.
        import_module("poverty.jobs.registrations")
        # Runners and the timetable register in each app's tasks.py; web and beat need them too.
        autodiscover_modules("tasks")
