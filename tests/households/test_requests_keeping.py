"""The sender's workbook of a table from above: kept some days after closing, never in clear; the answers stay."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from households.models import TableRequest
from households.requests.originals import SENT
from households.services import requests as service
from households.services.request_keeping import kept_until, remove_sent, seal_clear
from households.services.request_returning import give_back
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.files.services import store
from tests.actors import client_of
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE
from tests.factories.parameters import make_parameter
from tests.factories.requests import ROWS, make_issued, make_two_villages, read, workbook

pytestmark = pytest.mark.django_db


LATER = timedelta(days=2)  # nobody has brought the workbook just now


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def reviewer():
    make_two_villages()
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE)


def closed(reviewer, *, days, content=None):
    """A table closed so many days ago."""
    asked = make_issued(reviewer, content=content)
    service.close(asked, actor=reviewer)
    TableRequest.objects.filter(pk=asked.pk).update(closed_at=timezone.now() - timedelta(days=days))
    asked.refresh_from_db()
    return asked


def on_disk(files_root):
    return [one for one in files_root.rglob("*") if one.is_file()]


def merged(asked, reviewer) -> bytes:
    out = BytesIO()
    give_back(asked, out, actor=reviewer)
    return out.getvalue()


# --- days ---------------------------------------------------------------------------------------------------------


def test_after_thirty_days_the_workbook_goes_and_what_was_filled_stays(reviewer, files_root):
    asked = closed(reviewer, days=31)
    assert "净水器加装情况表" in str(read(merged(asked, reviewer)))
    assert remove_sent(timezone.now()) == 1
    assert remove_sent(timezone.now()) == 0, "run twice without harm"
    assert on_disk(files_root) == []
    asked.refresh_from_db()
    assert asked.file_removed_at is not None
    assert asked.file_name == "净水器.xlsx"
    told = Entry.objects.get(action="households.request.expire")
    assert told.actor is None
    assert told.changes == {"sha256": [asked.file.sha256, None]}
    plain = read(merged(asked, reviewer), sheet="填报")
    assert [row[1:3] for row in plain[3:]] == [
        ["2205030002", "李秀英"],
        ["2205030001", "王建国"],
        ["9999999999", "赵无名"],
    ]


@pytest.mark.parametrize(("days", "removed"), [(30, 0), (31, 1)])
def test_the_last_day_still_counts(reviewer, days, removed):
    asked = closed(reviewer, days=days)
    assert kept_until(asked) == timezone.localdate() - timedelta(days=days - 30)
    assert remove_sent(timezone.now()) == removed


def test_the_county_says_after_how_many_days(reviewer):
    make_parameter("import.keep_days", "220503", value="7")
    closed(reviewer, days=8)
    assert remove_sent(timezone.now()) == 1


def test_a_table_that_is_not_closed_keeps_its_workbook(reviewer, files_root):
    asked = make_issued(reviewer)
    TableRequest.objects.filter(pk=asked.pk).update(issued_at=timezone.now() - timedelta(days=400))
    assert kept_until(asked) is None
    assert remove_sent(timezone.now()) == 0
    assert len(on_disk(files_root)) == 1


def test_the_same_workbook_of_another_table_stays_until_that_ones_days_are_over(reviewer, files_root):
    content = workbook(rows=ROWS)
    closed(reviewer, days=31, content=content)
    second = closed(reviewer, days=2, content=content)
    assert remove_sent(timezone.now()) == 1
    assert "净水器加装情况表" in str(read(merged(second, reviewer)))
    assert remove_sent(timezone.now() + timedelta(days=40)) == 1
    assert on_disk(files_root) == []


def test_the_page_says_until_when(reviewer):
    asked = closed(reviewer, days=10)
    page = reverse("households:request", args=[asked.pk])
    text = client_of(reviewer).get(page).content.decode()
    assert "来表的工作簿保留到" in text
    TableRequest.objects.filter(pk=asked.pk).update(closed_at=timezone.now() - timedelta(days=31))
    remove_sent(timezone.now())
    assert "来表的工作簿已到期删除" in client_of(reviewer).get(page).content.decode()
    answer = client_of(reviewer).get(reverse("households:request-close", args=[make_issued(reviewer).pk]))
    assert "来表的工作簿再保留30天" in answer.content.decode()


def test_a_closed_table_says_when_and_an_open_one_keeps_its_workbook(reviewer):
    asked = make_issued(reviewer)
    rows = TableRequest.objects.filter(pk=asked.pk)
    with (
        pytest.raises(IntegrityError, match="workbook_of_a_request_stays_until_it_ends"),
        transaction.atomic(),
    ):
        rows.update(file_removed_at=timezone.now())
    with pytest.raises(IntegrityError, match="closed_request_says_when"), transaction.atomic():
        rows.update(state="closed")


# --- in clear -----------------------------------------------------------------------------------------------------


def in_clear(asked):
    """As it stood before workbooks were encrypted."""
    clear = b"".join(SENT.folder.read(asked.file.sha256))
    SENT.remove(asked.file.sha256)
    asked.file.path.parent.mkdir(parents=True, exist_ok=True)
    asked.file.path.write_bytes(clear)
    return clear


def test_a_workbook_in_clear_is_sealed_and_its_copy_removed(reviewer, files_root, capsys):
    asked = make_issued(reviewer)
    clear = in_clear(asked)
    with time_machine.travel(timezone.now() + LATER):
        call_command("seal_workbooks")
    assert "已加密 1 个" in capsys.readouterr().out
    [stored] = on_disk(files_root)
    assert stored == SENT.folder.path(asked.file.sha256)
    assert clear[:200] not in stored.read_bytes()
    assert "净水器加装情况表" in str(read(merged(asked, reviewer)))
    call_command("seal_workbooks")
    assert "已加密 0 个" in capsys.readouterr().out


def test_what_somebody_keeps_in_clear_for_something_else_stays(reviewer):
    asked = make_issued(reviewer)
    clear = in_clear(asked)
    store(ContentFile(clear, name="同一份.xlsx"), actor=reviewer, area_code=VILLAGE[:6], kind="document")
    assert seal_clear(timezone.now()) == 1
    assert asked.file.path.exists(), "brought just now, and perhaps not yet linked"
    assert seal_clear(timezone.now() + LATER) == 0
    assert not asked.file.path.exists()


def test_a_clear_workbook_that_was_touched_is_left_alone(reviewer):
    asked = make_issued(reviewer)
    in_clear(asked)
    asked.file.path.write_bytes(b"PK something else")
    assert seal_clear(timezone.now()) == 0
    assert asked.file.path.exists()
    assert not SENT.folder.exists(asked.file.sha256)
