"""The Celery application; beat's timetable stands in settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")

app = Celery("poverty")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
