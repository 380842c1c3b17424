"""The Celery application; beat's timetable stands in settings."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")

app = Celery("poverty")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["households.visits", "households.benefits"])


@setup_logging.connect
def keep_our_logging(**_kwargs) -> None:
    """Let Celery set up no handlers of its own: they would write past the filter of settings.LOGGING."""
