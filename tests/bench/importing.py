"""Bringing the national person export in: 100,000 rows x 47, read to applied, against django-import-export.

Each runs in a process of its own (`python -m tests.bench.importing ours FILE`), so that its memory is its own, on the
database of the environment. The reference takes fewer rows of the same file and is extrapolated by row.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
if not apps.ready:
    django.setup()

from django.core.files import File
from django.db import connection

from households.services.years import open_year
from poverty.accounts.models import Posting, Role, Unit, User
from poverty.areas.models import Area
from poverty.fields.identity import resident_number
from poverty.ledgers.services.importing import apply_import, read_import, start_import
from tests.bench.memory import peak
from tests.bench.output import figure
from tests.bench.register import ALL_INDICATORS
from tests.factories.standards import make_standard
from tests.factories.workbooks import PERSON_HEADINGS, write_large

PERSONS = 100_000
BESIDE = 500  # rows that the reference takes
MEMORY = 500  # megabytes
COUNTY, YEAR = "990101", 2020
TOWNSHIPS, VILLAGES = 11, 9
_FIRST_DAY = date(1938, 1, 1)


def measure(count: int = PERSONS) -> None:
    """The figures of importing: into an empty county, again unchanged, again with changes; and the reference, where
    django-import-export is installed (`pip install django-import-export`).
    """
    _county()
    with tempfile.TemporaryDirectory() as folder:
        first = write_large(Path(folder) / "first.xlsx", PERSON_HEADINGS, persons(count))
        changed = write_large(Path(folder) / "changed.xlsx", PERSON_HEADINGS, persons(count, months=1))
        small = write_large(Path(folder) / "small.xlsx", PERSON_HEADINGS, persons(BESIDE, beyond=count))
        reference = _child("reference", small) if find_spec("import_export") else None
        ours = _child("ours", first)
        beside = reference["seconds"] / BESIDE * count if reference else None
        figure(
            "import_persons", count, ours["seconds"], "s", beside, reach="ratio <= 0.1",
            read=ours["read"], applied=ours["applied"], beside=f"django-import-export, {BESIDE} rows",
        )  # fmt: skip
        figure("import_memory", count, ours["megabytes"], "MB", reach=f"value <= {MEMORY}")
        again = _child("ours", first)
        figure(
            "import_persons_unchanged",
            count,
            again["seconds"],
            "s",
            written=again["written"],
        )
        third = _child("ours", changed)
        figure("import_persons_changed", count, third["seconds"], "s", written=third["written"])


def persons(count: int, *, months: int = 0, beyond: int = 0) -> Iterator[list[Any]]:
    """Rows of the person export, three persons to a household. Nobody is meant by the numbers."""
    for place in range(count):
        number = beyond + place
        household, role = divmod(number, 3)
        born = _FIRST_DAY + timedelta(days=number % 28_000)
        sequence = number // 28_000 * 2 + role % 2
        said = {
            "省": "测试省", "市": "测试市", "县": "测试县",
            "乡": f"{household % TOWNSHIPS + 1}号镇", "村": f"{household % TOWNSHIPS + 1}之{household % VILLAGES + 1}村",
            "户编号": f"9901{household:012}", "人口编号": f"9901{number:014}", "姓名": f"某{chr(0x4E00 + number % 5000)}",
            "性别": "男" if sequence % 2 else "女", "出生日期": f"{born:%Y%m%d}", "证件类型": "居民身份证",
            "证件号码": resident_number("110101", born, sequence), "民族": "汉族", "户联系电话": f"138{household:08}",
            "成员联系电话": f"139{number:08}", "年度": YEAR, "与户主关系": ("户主", "配偶", "其他")[role],
            "文化程度": "初中", "劳动技能": "普通劳动力", "务工时间（月）": (number + months) % 13, "健康状况": "健康",
            "政治面貌": "群众", "识别标准": "国家标准",
        }  # fmt: skip
        yield [said.get(heading, "否" if heading.startswith("是否") else None) for heading in PERSON_HEADINGS]


def _county() -> None:
    """An empty county with a reviewer, an open year and a standard to be judged by."""
    if Area.objects.filter(pk=COUNTY).exists():
        return
    province = Area.objects.create(code="99", name="测试省", level=2)
    city = Area.objects.create(code="9901", name="测试市", level=4, parent=province)
    county = Area.objects.create(code=COUNTY, name="测试县", level=6, parent=city)
    for one in range(1, TOWNSHIPS + 1):
        township = Area.objects.create(code=f"{COUNTY}{one:03}", name=f"{one}号镇", level=9, parent=county)
        for two in range(1, VILLAGES + 1):
            Area.objects.create(
                code=f"{township.code}{two:03}", name=f"{one}之{two}村", level=12, parent=township
            )
    unit = Unit.objects.create(name="测试县扶贫办", area=county, kind="poverty_office")
    actor = User.objects.create(username="bench-import", name="测试", unit=unit)
    Posting.objects.create(user=actor, role=Role.COUNTY_REVIEWER, area=county, valid_from=date(2016, 1, 1))
    open_year(county, YEAR, actor=actor, document_name="测试")
    make_standard("99", YEAR, rows=ALL_INDICATORS)


def _child(what: str, path: Path) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.importing", what, str(path)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "BENCH_DATABASE": connection.settings_dict["NAME"]},
    )
    return json.loads(done.stdout.splitlines()[-1])


def _ours(path: Path) -> dict:
    actor = User.objects.get(username="bench-import")
    began = perf_counter()
    with path.open("rb") as stream:
        imported = start_import(
            File(stream, name=path.name), kind="persons", area_code=COUNTY, year=YEAR, actor=actor
        )
    imported = read_import(imported)
    read = perf_counter() - began
    if imported.state != "checked" or imported.counts["wrong"]:
        raise SystemExit(f"{imported.state} {imported.message} {imported.counts}")
    imported = apply_import(imported, actor=actor)
    seconds = perf_counter() - began
    return {
        "seconds": seconds,
        "read": round(read, 2),
        "applied": round(seconds - read, 2),
        "written": sum(imported.applied.values()),
        "megabytes": peak() / (1 << 20),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.importing", description=__doc__)
    parser.add_argument("what", choices=["ours", "reference"])
    parser.add_argument("path", type=Path)
    chosen = parser.parse_args()
    if name := os.environ.get("BENCH_DATABASE"):
        connection.settings_dict["NAME"] = name
    if chosen.what == "ours":
        print(json.dumps(_ours(chosen.path)))
        return
    # Wanted by the bench alone, and only here: the product does without it.
    naive = import_module("tests.bench.naive_import")
    village = Area.objects.filter(level=12, code__startswith=COUNTY).values_list("code", flat=True).first()
    print(json.dumps({"seconds": naive.import_all(chosen.path, village)}))


if __name__ == "__main__":
    main()
