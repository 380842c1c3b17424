"""Ledgers out: 100,000 x 30 against openpyxl with a styled object per cell, 1,200,000 rows, first screens.

Each file is written in a process of its own (`python -m tests.bench.exporting ledger 100000`), so that its memory is
its own. Both read the same rows from the same database; ours also counts the checksum, compares and encrypts.
"""

import argparse
import json
import os
import resource
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
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from households.models import Membership
from poverty.accounts.models import User
from poverty.ledgers import registry
from poverty.ledgers.asking import ask
from poverty.ledgers.outgoing import vault
from poverty.ledgers.outgoing.sheet import heading_of
from poverty.ledgers.services.writing import Terms, stream, write
from poverty.sql.snapshot import snapshot
from tests.bench.output import figure
from tests.bench.pages import _client, _measure
from tests.bench.register import PROVINCE, YEAR, reviewer

COLUMNS = 30
STYLED, MANY = 100_000, 1_200_000
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
    """The first page of every ledger, for a province and for a county."""
    worst = 0.0
    for scope, area in (("all", PROVINCE), ("county", PROVINCE + "0101")):
        user = _reviewer(area)
        client = _client(user)
        for ledger in registry.all_for(user):
            address = f"{reverse('ledgers:ledger', args=[ledger.name])}?year={YEAR}&area={area}"
            rows = Membership.objects.count()
            worst = max(worst, _measure(f"ledger_{scope}_{ledger.name}", client, address, rows))
    figure("ledger_first_screen_worst_p95", Membership.objects.count(), worst, "ms", reach="value <= 300")


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


def _reviewer(area: str) -> User:
    return User.objects.filter(username=f"bench-{area}").first() or reviewer(area)


def _question(rows: int):
    columns = [one.key for one in registry.get("persons").columns[:COLUMNS]]
    question = ask("persons", user=_reviewer(PROVINCE), area_code=PROVINCE, year=YEAR, columns=columns)
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
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**done, "seconds": took, "megabytes": round(megabytes)}))


if __name__ == "__main__":
    main()
