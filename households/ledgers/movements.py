"""人口增加台账, 人口减少台账: who came onto the poverty register in a calendar year and who left it, with reason and
paper; the same rows that 动态增减 counts.
"""

from datetime import date

from households.entries import movement
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Membership
from households.options.relations import RELATIONS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within


def _memberships(user, area_code):
    return Membership.objects.visible_to(user, RIGHT).filter(within("household__area_id", [area_code]))


def _came(user, area_code, year, values):
    return movement.arrivals(_memberships(user, area_code), date(year, 1, 1), date(year, 12, 31))


def _left(user, area_code, year, values):
    return movement.departures(_memberships(user, area_code), date(year, 1, 1), date(year, 12, 31))


def _ledger(name: str, title: str, way: str, rows, document: str) -> Ledger:
    return Ledger(
        name=name,
        title=title,
        columns=(
            *place_columns("household__area"),
            *household_columns("household__"),
            Column("person", "姓名", source="member__name"),
            Column("identity", "证件号码", Kind.IDENTITY, source="member__identity", width=20),
            Column("relation", "与户主关系", Kind.OPTION, options=RELATIONS),
            Column("day", "日期", Kind.DATE),
            Column("reason", "原因", source=Derived(("reason",), lambda found: movement.word(way, found))),
            Column("document", "依据", source=document, width=20),
            Column("recorded_at", "录入时间", Kind.MOMENT, width=18),
        ),
        right=RIGHT,
        rows=rows,
        order=("day", "id"),
        per="人",
        note="建档立卡人口；户内换户主、分户、并户不计",
    )


CAME = _ledger("arrivals", "人口增加台账", "in", _came, "join_document")
LEFT = _ledger("departures", "人口减少台账", "out", _left, "leave_document")
