"""Imports beside each other and cut off in the middle, in real transactions: nothing doubled, nothing half."""

import os
import subprocess
import sys
import time
from datetime import date
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import connection, transaction

from households.models import Household, Member, Membership, MemberSurvey
from households.models.national import NationalRecord
from poverty.audit.models import Entry
from poverty.ledgers.models import Import, StagedCells, StagedRow
from poverty.ledgers.services import staging
from poverty.ledgers.services.importing import (
    apply_import,
    cancel_import,
    choose_rows,
    read_import,
    start_import,
)
from poverty.sql.staging import analyze
from tests.factories.households import make_year
from tests.factories.incoming import number_of, person, read, reviewer, workbook
from tests.households.beside import Beside, held_open, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

APPLYING = """
import sys, django
django.setup()
from poverty.ledgers.models import Import
from poverty.ledgers.services.importing import apply_import
imported = Import.objects.get(pk=sys.argv[1])
apply_import(imported, actor=imported.created_by)
"""


@pytest.fixture
def actor():
    with transaction.atomic():  # the factories write a state and its step one after the other
        make_year()
        return reviewer()


def _rows(persons, months=6):
    return [
        person(
            f"H{number}", f"P{number}", f"赵{number}", number_of(date(1970, 1, number), 1),
            **{"务工时间（月）": months},
        )
        for number in persons
    ]  # fmt: skip


def _checked(tmp_path, actor, name, persons, months=6):
    path = workbook(tmp_path / f"{name}.xlsx", _rows(persons, months))
    return read(path, actor=actor, open_year=False)


def _register():
    return (
        sorted(Household.objects.values_list("household_no", flat=True)),
        sorted(Member.objects.values_list("member_no", flat=True)),
        Membership.objects.count(),
        sorted(MemberSurvey.objects.values_list("member__member_no", "work_months")),
    )


def test_two_of_one_county_at_once_take_turns_and_nobody_is_doubled(actor, tmp_path):
    first = _checked(tmp_path, actor, "甲", (1, 2))
    second = _checked(tmp_path, actor, "乙", (2, 3))

    one, end = held_open(lambda: apply_import(first, actor=actor))
    two = Beside(lambda: apply_import(second, actor=actor))
    wait_until_somebody_waits()
    assert two.is_alive()
    end()

    assert one.finish().applied["新增人"] == 2
    assert two.finish().applied["新增人"] == 1, "P2 is on the register by then"
    assert _register() == (
        ["H1", "H2", "H3"],
        ["P1", "P2", "P3"],
        3,
        [("P1", 6), ("P2", 6), ("P3", 6)],
    )


def test_one_import_applied_twice_at_once_is_applied_once(actor, tmp_path):
    imported = _checked(tmp_path, actor, "甲", (1,))

    one, end = held_open(lambda: apply_import(imported, actor=actor))
    two = Beside(lambda: apply_import(imported, actor=actor))
    wait_until_somebody_waits()
    end()

    assert one.finish().state == "applied"
    with pytest.raises(ValidationError, match="已应用，不能再改动"):
        two.finish()
    assert Entry.objects.filter(action="ledgers.import.apply").count() == 1
    assert Member.objects.count() == 1


def test_given_up_while_it_is_read_it_stays_given_up(actor, tmp_path):
    path = workbook(tmp_path / "a.xlsx", _rows([1]))
    with path.open("rb") as stream:
        upload = File(stream, name=path.name)
        imported = start_import(upload, kind="persons", area_code="220503", year=2018, actor=actor)

    def given_up(done, total):
        Beside(lambda: cancel_import(Import.objects.get(pk=imported.pk), actor=actor)).finish()

    assert read_import(imported, told=given_up).state == "cancelled"
    assert Import.objects.get(pk=imported.pk).state == "cancelled"
    assert not StagedRow.objects.exists()


def test_a_click_does_not_wait_for_another_countys_figures(actor, tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "_FEW", 0)
    imported = _checked(tmp_path, actor, "a", [1, 2])
    other, end = held_open(
        lambda: analyze(StagedRow)
    )  # as an import of another county does until it is through
    clicked = Beside(lambda: choose_rows(imported, [2], False, actor=actor))
    assert clicked.finish() == 1
    end()
    other.finish()
    assert Import.objects.get(pk=imported.pk).counts["to_apply"] == 1


def test_a_county_does_not_wait_until_anothers_import_is_read(actor, tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "_FEW", 0)
    path = workbook(tmp_path / "a.xlsx", _rows([1, 2]))
    with path.open("rb") as stream:
        upload = File(stream, name=path.name)
        imported = start_import(upload, kind="persons", area_code="220503", year=2018, actor=actor)
    other, end = held_open(lambda: [analyze(StagedCells), analyze(StagedRow)])

    read_beside = Beside(lambda: read_import(imported)).finish()
    assert (read_beside.state, read_beside.counts["new"]) == ("checked", 2)
    applied = Beside(lambda: apply_import(Import.objects.get(pk=imported.pk), actor=actor)).finish()
    assert applied.applied["新增人"] == 2
    end()
    other.finish()


def test_what_was_checked_before_another_was_applied_is_compared_anew(actor, tmp_path):
    first = _checked(tmp_path, actor, "甲", (1,))
    second = _checked(tmp_path, actor, "乙", (1,), months=7)
    apply_import(first, actor=actor)
    assert second.counts["new"] == 1, "as it was when it was checked"

    applied = apply_import(second, actor=actor).applied

    assert (applied["新增人"], applied["人员年度信息"]) == (0, 1)
    assert _register()[3] == [("P1", 7)]


def test_the_same_workbook_again_writes_nothing(actor, tmp_path):
    apply_import(_checked(tmp_path, actor, "甲", (1, 2)), actor=actor)
    before, entries = _register(), Entry.objects.filter(action="households.import").count()
    stored = list(NationalRecord.objects.order_by("pk").values_list("pk", "values"))

    again = apply_import(_checked(tmp_path, actor, "甲", (1, 2)), actor=actor)

    assert sum(again.applied.values()) == 0
    assert again.counts["unchanged"] == 2
    assert _register() == before
    assert Entry.objects.filter(action="households.import").count() == entries
    assert list(NationalRecord.objects.order_by("pk").values_list("pk", "values")) == stored


def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_it_can_be_applied_again(actor, tmp_path):
    imported = _checked(tmp_path, actor, "甲", (1, 2))

    held, let_go = held_open(_hold_the_last_table)
    worker = subprocess.Popen(
        [sys.executable, "-c", APPLYING, str(imported.pk)], env=_environment(), cwd=settings.BASE_DIR
    )
    wait_until_somebody_waits()
    worker.kill()
    worker.wait()
    let_go()
    held.finish()
    _until_alone()

    imported.refresh_from_db()
    assert imported.state == "checked"
    assert _register() == ([], [], 0, [])
    assert not Entry.objects.filter(action__in=("ledgers.import.apply", "households.import")).exists()

    assert apply_import(imported, actor=actor).applied["新增人"] == 2
    assert _register()[1] == ["P1", "P2"]


def _environment():
    told = connection.settings_dict
    who, name = f"{quote(told['USER'])}:{quote(told['PASSWORD'])}", told["NAME"]
    if told["HOST"].startswith("/"):  # the directory of a socket
        database = f"{who}@/{name}?host={quote(told['HOST'], safe='/')}"
        database += f"&port={told['PORT']}" if told["PORT"] else ""
    else:
        database = f"{who}@{told['HOST']}:{told['PORT'] or 5432}/{name}"
    keys = ",".join(f"{name}:{value}" for name, value in settings.PERSONAL_DATA_KEYS.items())
    return os.environ | {
        "DATABASE_URL": f"postgresql://{database}",
        "FILES_ROOT": str(settings.FILES_ROOT),
        "DJANGO_SETTINGS_MODULE": "poverty.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "PERSONAL_DATA_KEYS": keys,
        "PERSONAL_DATA_HASH_KEY": settings.PERSONAL_DATA_HASH_KEY,
    }


def _hold_the_last_table():
    """An application writes it after everything else."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE households_nationalrecord IN SHARE MODE")


def _until_alone():
    """Until nobody else stands in a transaction: what the worker had begun is undone."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("the killed worker's transaction goes on")
