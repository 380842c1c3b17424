"""Sessions that ran out go every night; those in use stay."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from poverty.jobs.models import ScheduledRun
from poverty.jobs.services.sweeping import sweep

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2020, 11, 2, 3, 30, tzinfo=SHANGHAI)


def _session(seconds):
    store = SessionStore()
    store["kept"] = "yes"
    store.set_expiry(seconds)
    store.create()
    return store.session_key


def test_at_night_only_those_that_ran_out_are_cleared():
    with time_machine.travel(NIGHT - timedelta(hours=2), tick=False):
        _session(30 * 60)
        in_use = _session(6 * 3600)
        ScheduledRun.objects.create(name="sessions.clear", last_due=NIGHT - timedelta(days=1))
        sweep()
        assert Session.objects.count() == 2
    with time_machine.travel(NIGHT + timedelta(minutes=1), tick=False):
        sweep()
        assert [one.session_key for one in Session.objects.all()] == [in_use]
