"""Ledgers out: 100,000 x 30 against openpyxl with a styled object per cell, 1,200,000 rows, first screens.

Each file is written in a process of its own (`python -m tests.bench.exporting ledger 100000`), so that its memory is
its own. Both read the same rows from the same database; ours also counts the checksum, compares and encrypts.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
if not apps.ready:
    django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from households.models import Household, Membership
from poverty.accounts.models import Role, User
from poverty.ledgers import registry
from poverty.ledgers.asking import ask
from poverty.ledgers.outgoing import vault
from poverty.ledgers.outgoing.sheet import heading_of
from poverty.ledgers.services.writing import Terms, stream, write
from poverty.sql.snapshot import snapshot
from tests.bench.memory import peak
from tests.bench.output import figure, percentile, seconds
from tests.bench.pages import client_of
from tests.bench.register import PROVINCE, YEAR
from tests.factories.accounts import make_posting, make_user

COLUMNS = 30
STYLED, MANY = 100_000, 1_200_000
ROUNDS = 20
MEMORY = 150  # megabytes


def measure() -> None:
    """The figures of exporting; on the register of the whole bench."""
    rows = Membership.objects.count()
    ours, reference = _child("ledger", STYLED), _child("openpyxl", STYLED)
    n = min(STYLED, rows)
    figure(
        "export_100000x30",
        n,
        ours["seconds"],
        "s",
        reference["seconds"],
        reach="ratio <= 0.333",
        faster=round(reference["seconds"] / ours["seconds"], 2),
    )
    figure(
        "export_100000x30_memory",
        n,
        ours["megabytes"],
        "MB",
        reference["megabytes"],
        reach=f"value <= {MEMORY}",
    )
    many = _child("ledger", MANY)
    figure(
        "export_1200000",
        many["rows"],
        many["seconds"],
        "s",
        megabytes=many["megabytes"],
        sheets=many["sheets"],
    )
    first_screens()


def first_screens() -> None:
    """The first page of every ledger, for a province, a county and a township; one line for each ledger."""
    worst = 0.0
    village = Household.objects.under(PROVINCE).order_by("area_id").values_list("area_id", flat=True)[0]
    places = (("province", PROVINCE), ("county", village[:6]), ("township", village[:9]))
    for scope, area in places:
        for user in (_person(area, Role.COUNTY_REVIEWER), _person(area, Role.AUDITOR)):
            client = client_of(user)
            for ledger in registry.all_for(user):
                if (ledger.right == "audit.view") != user.username.endswith(Role.AUDITOR):
                    continue
                address = f"{reverse('ledgers:ledger', args=[ledger.name])}?year={YEAR}&area={area}"
                worst = max(worst, _first_screen(f"ledger_{scope}_{ledger.name}", client, address))
    figure("ledger_first_screen_worst_p95", Household.objects.count(), worst, "ms", reach="value <= 300")


def _first_screen(name: str, client, address: str) -> float:
    """p95 of one address in milliseconds; one line is printed."""
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{name}: {address} answered {response.status_code}")
    times = [seconds(lambda: client.get(address)) * 1000 for _ in range(ROUNDS)]
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    p95 = percentile(times, 0.95)
    median = round(percentile(times, 0.5), 1)
    figure(name, Household.objects.count(), p95, "ms", queries=len(queries), median=median, listed=False)
    return p95


def _child(engine: str, rows: int) -> dict:
    """Write a file in a process of its own: seconds, megabytes at most, rows, sheets."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    environment = os.environ | {"DATABASE_URL": urlunsplit(url._replace(path=f"/{name}"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.exporting", engine, str(rows)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _person(area: str, role: Role) -> User:
    """An account of a role for an area of any level, made when first asked for."""
    username = f"bench-{area}-{role}"
    if not User.objects.filter(username=username).exists():
        make_posting(make_user("测速", username=username), role, area)
    return User.objects.get(username=username)


def _question(rows: int):
    columns = [one.key for one in registry.get("persons").columns[:COLUMNS]]
    question = ask(
        "persons",
        user=_person(PROVINCE, Role.COUNTY_REVIEWER),
        area_code=PROVINCE,
        year=YEAR,
        columns=columns,
    )
    question.rows = question.rows[:rows]
    return question


def _ledger(folder: Path, rows: int) -> dict:
    path = folder / "ledger.xlsx"
    written = write(path, _question(rows), Terms(), workplace=folder)
    kept = vault.keep(path)
    vault.keep_rows(kept.sha256, written.digests.sorted())
    vault.remove(kept.sha256)
    return {"rows": written.rows, "sheets": -(-written.rows // 1_048_560)}


def _openpyxl(folder: Path, rows: int) -> dict:
    """The reference: write-only, one styled cell object per cell."""
    question = _question(rows)
    headings = [heading_of(one, one.heading, "") for one in question.columns]
    side = Side(style="thin")
    font, border = Font(name="宋体", size=10), Border(left=side, right=side, top=side, bottom=side)
    aligned = [Alignment(horizontal=one.align, vertical="center") for one in headings]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("贫困人口信息")
    written = 0
    with snapshot():
        for _, cells in stream(question, full=False):
            row = []
            for cell, heading, alignment in zip(cells, headings, aligned, strict=True):
                one = WriteOnlyCell(sheet, cell)
                one.font, one.border, one.alignment = font, border, alignment
                one.number_format = heading.number_format
                row.append(one)
            sheet.append(row)
            written += 1
    book.save(folder / "reference.xlsx")
    return {"rows": written, "sheets": 1}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=["ledger", "openpyxl"])
    parser.add_argument("rows", type=int)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        done = {"ledger": _ledger, "openpyxl": _openpyxl}[chosen.engine](Path(folder), chosen.rows)
        took = perf_counter() - began
    megabytes = peak() / (1 << 20)
    print(json.dumps({**done, "seconds": took, "megabytes": round(megabytes)}))


if __name__ == "__main__":
    main()
