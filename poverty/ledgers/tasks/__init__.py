"""Background entry points of ledgers; Celery and the timetable find them here."""

from poverty.ledgers.tasks import exporting

__all__ = ["exporting"]
