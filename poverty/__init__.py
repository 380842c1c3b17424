"""Project package: settings, wiring, and the small shared apps."""

from poverty.celery import app as celery_app

# Imported here so that every process, the web too, sends its tasks through this application.
__all__ = ["celery_app"]
