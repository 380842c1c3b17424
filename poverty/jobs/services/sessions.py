"""Sessions that ran out: Django leaves their rows until somebody asks it to clear them."""

from datetime import datetime

from django.core.management import call_command


def clear_sessions(due: datetime) -> None:
    """Delete the sessions that have run out; one DELETE along an index, short enough for the timetable itself.

    Those of today are not waited for: a day more or less does no harm, so `due` is not looked at.
    """
    call_command("clearsessions")
