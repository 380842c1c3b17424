"""Exports as rows, without their files; and a ledger of areas for tests of the engine, which needs no household."""

from datetime import timedelta

from django.utils import timezone

from poverty.ledgers.models import Export, ExportState
from tests.factories.accounts import make_user


def make_export(area_code, *, actor=None, ledger="households", done=True, **fields):
    """An export of 贫困户信息 2018, finished a moment ago and kept for a month; `done` False: being made."""
    now = timezone.now()
    values = {
        "ledger": ledger,
        "title": "贫困户信息",
        "area_code": area_code,
        "year": 2018,
        "filter_words": "全部",
        "columns": ["household_no"],
        "request_key": "k" * 64,
        "actor": actor or make_user("周导出"),
    }
    if done:
        values |= {
            "state": ExportState.DONE,
            "as_of": now,
            "finished_at": now,
            "rows": 1,
            "checksum": "c" * 64,
            "sha256": "a" * 64,
            "size": 10,
            "file_name": "贫困户信息.xlsx",
            "expires_at": now + timedelta(days=30),
        }
    return Export.objects.create(**{**values, **fields})
