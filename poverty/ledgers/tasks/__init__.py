"""Background entry points of ledgers; Celery and the timetable find them here."""

from poverty.ledgers.tasks import exporting, importing

__all__ = ["exporting", "importing"]
