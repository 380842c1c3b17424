"""`python -m tests.bench [--households N]`: databases of their own beside the given one, filled and measured."""

import argparse
import os
import tempfile
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
os.environ.setdefault("HTTPS", "0")
django.setup()

from django.core.management import call_command  # noqa: E402  the settings come first
from django.db import connection  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from households.models import Household  # noqa: E402
from households.services.assess import assess  # noqa: E402
from tests.bench import (  # noqa: E402
    checking,
    desk,
    exporting,
    field,
    importing,
    judging,
    pages,
    register,
    saving,
    through_openfisca,
    visiting,
    workbooks,
)
from tests.bench.output import figure, remark, table  # noqa: E402
from tests.bench.stores import settle  # noqa: E402

PARTS = (
    "judging",
    "openfisca",
    "saving",
    "field",
    "visits",
    "pages",
    "checks",
    "desk",
    "exporting",
    "importing",
)
SMALL, FULL, DESK, VISITS = "bench_tenth", "bench_full", "bench_desk", "bench_visits"


def _enter(name: str) -> None:
    """Everything after this happens in the database of this name."""
    connection.close()
    connection.settings_dict["NAME"] = name


def _drop(given: str) -> None:
    _enter(given)
    with connection.cursor() as cursor:
        for name in (SMALL, FULL, DESK, VISITS):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _empty(name: str, given: str) -> None:
    """A fresh database with the tables of the system."""
    _enter(given)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    _enter(name)
    call_command("migrate", verbosity=0)


def _fill(name: str, households: int, given: str):
    """A fresh database with so many households; returns the standard."""
    _empty(name, given)
    with tempfile.TemporaryDirectory() as folder:
        standard, taken = register.build(households, Path(folder))
    n = Household.objects.count()
    figure("simulate", n, taken["seconds"], "s", members=taken["members"], listed=name == FULL)
    return standard


def measure(households: int, wanted: set[str], openfisca: set[str], given: str) -> None:
    """All figures that are wanted, the tenth of the households first."""
    if "field" in wanted:
        field.measure()
    if "visits" in wanted:
        _fill(VISITS, visiting.HOUSEHOLDS, given)
        assess(register.PROVINCE, register.YEAR, trigger="command")
        visiting.measure()
    if "desk" in wanted:  # a county of its own, of the size that is asked for
        _empty(DESK, given)
        desk.measure()
    if wanted <= {"desk", "field", "visits"}:
        return
    if wanted <= {"importing", "desk", "field", "visits"}:  # it fills a county of its own
        _empty(FULL, given)
        _import()
        return
    tenth, small = households // 10, None
    if tenth and ("judging" in wanted or ("openfisca" in wanted and "tenth" in openfisca)):
        standard = _fill(SMALL, tenth, given)
        small = judging.judge_all(standard.pk, prefix="tenth_")
        if "openfisca" in wanted and "tenth" in openfisca:
            through_openfisca.compare(standard.pk, small, prefix="tenth_")
    standard = _fill(FULL, households, given)
    if wanted & {"judging", "openfisca"}:
        full = judging.judge_all(standard.pk)
        if small:
            judging.growth(tenth, small, full)
        if "openfisca" in wanted and "full" in openfisca:
            through_openfisca.compare(standard.pk, full)
        if "judging" in wanted:
            judging.judge_again(full)
            judging.row_by_row(standard.pk, full)
    else:
        assess(register.PROVINCE, register.YEAR, trigger="command")
    # The register as it stands after a night: what filled a million rows a minute ago is no figure of a save or a page.
    settle()
    if "saving" in wanted:
        saving.save_with_verdict()
        saving.save_by_page()
    if "pages" in wanted:
        pages.list_pages()
        pages.household_pages()
        pages.figure_pages()
    if "checks" in wanted:
        checking.measure()
    if "exporting" in wanted:
        exporting.measure()
    if "importing" in wanted:
        _import()


def _import() -> None:
    workbooks.read_persons()
    importing.measure()


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; can be repeated")
    parser.add_argument(
        "--openfisca",
        choices=["tenth", "full"],
        action="append",
        help="compare with OpenFisca only over a tenth of the households, or over all (both unless given)",
    )
    chosen = parser.parse_args()
    _ = get_resolver().url_patterns  # every page is loaded before anything is measured
    given = connection.settings_dict["NAME"]
    _drop(given)
    try:
        measure(
            chosen.households, set(chosen.only or PARTS), set(chosen.openfisca or ["tenth", "full"]), given
        )
    finally:
        _drop(given)
    remark("")
    table()


main()
