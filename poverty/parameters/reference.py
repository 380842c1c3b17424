"""The dated values that come with the system, each with its source: lines of standards.md 2 and 9.2, and
what differs by place.

`confirmed` False: common practice or memory; pages say so until a document is at hand. A row is loaded
once: what an area has entered for the same place and day is never touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

YEARBOOK = "云南调查年鉴2017 表4-2"
SIX_PERCENT = "2014年2800元按年均增长6%测算"  # practice.md, Indicators, Income
MEMORY = "来自记忆，尚未查到文件"

WESTERN = ("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65")


@dataclass(frozen=True)
class ReferenceRow:
    """One dated value as shipped. `valid_to` is exclusive; None: open."""

    code: str
    area_code: str
    valid_from: date
    valid_to: date | None
    value: str
    document_name: str
    confirmed: bool
    note: str = ""


def _year(code, year, value, document, confirmed, area_code="", note="") -> ReferenceRow:
    return ReferenceRow(
        code, area_code, date(year, 1, 1), date(year + 1, 1, 1), value, document, confirmed, note
    )


def _lines() -> Iterator[ReferenceRow]:
    for year, value in ((2011, "2536"), (2012, "2625"), (2013, "2736"), (2014, "2800")):
        yield _year("line.statistical", year, value, YEARBOOK, True)
    yield _year("line.statistical", 2015, "2855", YEARBOOK, True)
    yield _year("line.statistical", 2016, "2952", YEARBOOK, True)
    yield _year("line.statistical", 2010, "2300", MEMORY, False, note="2010年不变价")
    for year, value in ((2017, "2952"), (2018, "2995"), (2019, "3218"), (2020, "4000")):
        yield _year("line.statistical", year, value, MEMORY, False)

    # Administrative series: 2,800 of 2014 grown by 6 % a year; the province's document decides.
    yield _year("line.exit", 2013, "2736", MEMORY, False, note="2014年识别用")
    yield _year("line.exit", 2014, "2800", YEARBOOK, True)
    for year, value in ((2015, "2968"), (2016, "3146"), (2017, "3335"), (2018, "3535"), (2019, "3747")):
        yield _year("line.exit", year, value, SIX_PERCENT, False, note="以省级文件为准")
    yield _year(
        "line.exit", 2020, "4000", SIX_PERCENT, False, note="测算为3972元，各地文件印作4000元；以省级文件为准"
    )

    yield _year("line.monitoring", 2019, "5000", "2019年动态管理工作通知（南县）", False, note="边缘户筛查")
    yield _year(
        "line.monitoring",
        2020,
        "6000",
        "人民日报2020-06-30（安徽监测机制）",
        True,
        note="国家标准1.5倍左右",
    )
    yield _year("line.monitoring", 2021, "6000", MEMORY, False, note="全国底线；以省级文件为准")
    yield _year("line.monitoring", 2022, "6000", MEMORY, False, note="各省6000至7000元")
    yield _year("line.monitoring", 2023, "7000", MEMORY, False, note="各省7000至8000元")
    yield _year("line.monitoring", 2024, "8700", "云南省2024年防止返贫监测帮扶工作指南", True, area_code="53")
    yield _year("dibao.line", 2018, "3600", "二道江区2018年工作材料", True, area_code="220503")


def _places() -> Iterator[ReferenceRow]:
    # Up to 2017 the national form asked two questions about water, from 2018 one.
    yield ReferenceRow(
        "water.criteria",
        "",
        date(2014, 1, 1),
        date(2018, 1, 1),
        "two_fields",
        "全国采集表（2017年以前）",
        True,
    )
    yield ReferenceRow("water.criteria", "", date(2018, 1, 1), None, "solved", "全国采集表（2018年起）", True)
    # Before every house was appraised, the national register's flag was all there was.
    yield ReferenceRow(
        "housing.flag_alone_is_safe",
        "",
        date(2014, 1, 1),
        date(2019, 1, 1),
        "1",
        MEMORY,
        False,
        note="2019年逐户鉴定以前",
    )
    for province in WESTERN:
        for code in ("incidence.village_limit", "incidence.county_limit"):
            yield ReferenceRow(
                code,
                province,
                date(2016, 4, 1),
                None,
                "3",
                "关于建立贫困退出机制的意见（厅字〔2016〕16号）",
                code == "incidence.county_limit",
                "西部地区低于3%",
            )
    # Examples of coefficients, for their own place; never put into an income by the system.
    for code, value in (
        ("cost.grain", "40"),
        ("cost.tobacco", "45"),
        ("cost.livestock", "40"),
        ("cost.forest_fruit", "15"),
        ("cost.other_crops", "45"),
    ):
        yield ReferenceRow(
            code, "5323", date(2016, 1, 1), None, value, "楚雄州收入明白卡", True, "年份未载明，供测算参考"
        )


ROWS: tuple[ReferenceRow, ...] = (*_lines(), *_places())
