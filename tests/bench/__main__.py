"""`python -m tests.bench [--households N]`: an empty database from the environment, filled and measured."""

import argparse
import os
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
os.environ.setdefault("HTTPS", "0")
django.setup()

from django.conf import settings  # noqa: E402  the settings come first

# Plain static names: `make bench` does not collect files.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from django.core.management import call_command  # noqa: E402  the settings come first
from django.db import connection, connections  # noqa: E402

from households.models import Household  # noqa: E402
from households.services.assess import assess  # noqa: E402
from tests.bench import exporting, importing, judging, pages, register, saving  # noqa: E402
from tests.bench.output import figure, seconds  # noqa: E402


def _database(name: str) -> None:
    """A fresh database beside the given one, and everything after this on it."""
    settings = connections.settings["default"]
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    settings["NAME"] = name
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["judging", "saving", "pages", "exporting", "importing"], action="append")
    chosen = parser.parse_args()
    wanted = set(chosen.only or ["judging", "saving", "pages", "exporting", "importing"])
    with tempfile.TemporaryDirectory() as folder:
        small = None
        tenth = chosen.households // 10
        if "judging" in wanted and tenth:
            _database("bench_tenth")
            register.build(tenth, Path(folder))
            small = seconds(lambda: assess(register.PROVINCE, register.YEAR, trigger="command"))
            figure("judge_all_first", tenth, small, "s")
        _database("bench_full")
        standard, taken = register.build(chosen.households, Path(folder))
    n = Household.objects.count()
    figure("simulate", n, taken["seconds"], "s", members=taken["members"])
    if "judging" in wanted:
        full = judging.judge_all(standard.pk)
        if small:
            figure("judge_all_growth", n, full, "s", small, limit="12 for ten times the households")
        judging.row_by_row(standard.pk, full)
    else:
        assess(register.PROVINCE, register.YEAR, trigger="command")
    if "saving" in wanted:
        saving.save_with_verdict()
    if "pages" in wanted:
        pages.list_pages()
        pages.household_pages()
    if "exporting" in wanted:
        exporting.measure()
    if "importing" in wanted:
        importing.measure()


main()
