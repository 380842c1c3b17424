from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from poverty.audit import actions


class JobsConfig(AppConfig):
    name = "poverty.jobs"
    label = "jobs"
    verbose_name = "后台任务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        actions.register({"jobs.retry": "重新运行任务", "jobs.cancel": "取消任务"})
        # Runners and the timetable register in the apps' tasks.py; the web needs their labels, beat their
        # times.
        autodiscover_modules("tasks")
