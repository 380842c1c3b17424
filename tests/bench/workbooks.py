"""Reading a county's workbook of persons: 100,000 rows of 47 columns, as Excel writes it and as exports write it."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from openpyxl import load_workbook

from poverty.ledgers.cells import reader
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.inspection import inspect
from poverty.ledgers.incoming.reading import read_rows
from poverty.ledgers.incoming.tables import read_table
from tests.bench.memory import forget_peak, peak
from tests.bench.output import figure, seconds
from tests.factories.workbooks import PERSON_HEADINGS, write_large

PERSONS = 100_000
BESIDE = 5_000  # rows that the reference reads
MEGABYTE = 1024 * 1024
TODAY = date(2026, 11, 21)
_KINDS = {
    **dict.fromkeys(("证件号码", "户主证件号码"), Kind.IDENTITY),
    **dict.fromkeys(("户联系电话", "成员联系电话"), Kind.PHONE),
    **dict.fromkeys(("户编号", "人口编号"), Kind.CODE),
    **dict.fromkeys(("务工时间（月）", "公益性岗位(月数)", "残疾证办证年度"), Kind.INTEGER),
    "年度": Kind.YEAR,
    "出生日期": Kind.DATE,
}
COLUMNS = tuple(
    Column(
        f"c{place}", heading, _KINDS.get(heading, Kind.YES_NO if heading.startswith("是否") else Kind.TEXT)
    )
    for place, heading in enumerate(PERSON_HEADINGS)
)


def persons(count: int) -> Iterator[list[Any]]:
    """Rows of the person export; three persons to a household. Nobody is meant by the numbers."""
    for number in range(count):
        household, year = number // 3, 1936 + number % 85
        said = {
            "省": "吉林省", "市": "通化市", "县": "二道江区", "乡": f"乡镇{number % 11}", "村": f"村{number % 97}",
            "户编号": f"2205030{household:09}", "人口编号": f"2205030{number:012}", "姓名": f"某{number % 5000}",
            "性别": "男" if number % 2 else "女", "出生日期": f"{year}-{1 + number % 12:02}-{1 + number % 28:02}",
            "证件类型": "居民身份证", "证件号码": f"220503{year}{1 + number % 12:02}{1 + number % 28:02}{number % 9990:04}",
            "民族": "汉族", "户联系电话": f"138{household:08}", "成员联系电话": f"139{number:08}", "年度": 2021,
            "与户主关系": "户主" if number % 3 == 0 else "配偶", "文化程度": "初中", "劳动技能": "普通劳动力",
            "务工时间（月）": number % 13, "健康状况": "健康", "政治面貌": "群众", "户主姓名": f"某{household % 5000}",
            "户主证件号码": f"220503{1930 + household % 60}0101{household % 9990:04}", "识别标准": "国家标准",
        }  # fmt: skip
        yield [said.get(heading, "否" if heading.startswith("是否") else None) for heading in PERSON_HEADINGS]


def read_persons(count: int = PERSONS) -> None:
    """Examining, reading in the child process, and making values of all cells."""
    with tempfile.TemporaryDirectory() as folder:
        for way, shared in (("shared", True), ("inline", False)):
            path = write_large(Path(folder) / f"{way}.xlsx", PERSON_HEADINGS, persons(count), shared=shared)
            reference = None
            if shared:
                small = write_large(Path(folder) / "small.xlsx", PERSON_HEADINGS, persons(BESIDE))
                reference = seconds(lambda found=small: _with_openpyxl(found)) / BESIDE * count
            _measure(way, path, count, reference)


def _measure(way: str, path: Path, count: int, reference: float | None) -> None:
    size = round(path.stat().st_size / MEGABYTE, 1)
    before = forget_peak()
    examined = seconds(lambda: inspect(path))
    told: dict = {}
    began, used = perf_counter(), process_time()
    rows = sum(1 for _ in read_rows(path, "Sheet1", on_end=told.update))
    read, used = perf_counter() - began, process_time() - used
    parent = peak() - before
    assert rows == count + 1
    figure(f"workbook_examine_{way}", count, examined, "s", file_megabytes=size)
    figure(
        f"workbook_read_{way}", count, examined + read, "s", reference, reach="value <= 10",
        beside=f"openpyxl read-only, {BESIDE} rows", note="examined, and read in the child process",
        child_processor=told["seconds"], parent_processor=round(used, 3),
    )  # fmt: skip
    figure(f"workbook_child_{way}", count, told["peak"] / MEGABYTE, "MB", reach="value <= 600")
    figure(f"workbook_parent_{way}", count, parent / MEGABYTE, "MB", note="what the parent grew by")
    if way == "shared":
        began, used = perf_counter(), process_time()
        with read_table(path, COLUMNS) as table:
            readers = [reader(column, today=TODAY) for column in COLUMNS]
            wrong = sum(
                fault is not None
                for _, cells in table.rows
                for read_cell, raw in zip(readers, cells, strict=True)
                for _, fault in [read_cell(raw)]
            )
        figure(
            "workbook_to_values", count, perf_counter() - began, "s",
            wrong_cells=wrong, processor=round(process_time() - used, 3), note="examined, read, a value of each cell",
        )  # fmt: skip


def _with_openpyxl(path: Path) -> None:
    book = load_workbook(path, read_only=True)
    for _ in book.active.iter_rows(values_only=True):
        pass
    book.close()


if __name__ == "__main__":
    read_persons()
