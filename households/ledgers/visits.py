"""走访记录 (forms.md 7.4): one row per visit that counts, with what was found, promised and done about it."""

import django_filters as filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Value
from django.db.models.functions import Concat

from households.indicators import INDICATORS
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Need, Visit
from households.options.need_kinds import NEED_KINDS
from households.options.visits import VISIT_WAYS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import SERIAL, Derived, Ledger
from poverty.sql.prefix import within

_STATES = dict(Need.State.choices)


class VisitLedgerFilter(filters.FilterSet):
    """By way."""

    way = filters.ChoiceFilter(label="走访方式", choices=VISIT_WAYS.choices, empty_label="全部")

    class Meta:
        model = Visit
        fields = ()


def _rows(user, area_code, year, values):
    # Asked of the visit's own household, as the ledger of pairings does.
    rows = Visit.objects.visible_to(user, RIGHT).counted()
    needs = Need.objects.filter(visit=OuterRef("pk")).order_by("pk")
    told = needs.values_list(Concat(F("kind"), Value("|"), F("state"), output_field=CharField()))
    return rows.filter(within("household__area_id", [area_code]), happened_on__year=year).annotate(
        told_needs=ArraySubquery(told)
    )


def _content(way: str, whole_away: bool, judged) -> str:
    closed = [INDICATORS[code].label for code in (judged or {}).get("closed", ()) if code in INDICATORS]
    words = VISIT_WAYS.label(way) + ("（整户外出）" if whole_away else "")
    return words + (f"；解决：{'、'.join(closed)}" if closed else "")


def _done(needs) -> str:
    pairs = [one.split("|") for one in needs or ()]
    return "；".join(f"{NEED_KINDS.label(kind)}：{_STATES.get(state, state)}" for kind, state in pairs)


def _photos(arrived: int, given_up: int, expected: int) -> str:
    if not expected:
        return ""
    gone = f"，放弃 {given_up} 张" if given_up else ""
    return f"{arrived} 张" if arrived == expected else f"{arrived} 张（应有 {expected} 张{gone}）"


VISITS = Ledger(
    name="visits",
    title="走访记录",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=6),
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("happened_on", "走访时间", Kind.DATE),
        Column("visitor", "帮扶干部", source="visitor__name"),
        Column("unit", "单位", source="visitor__unit__name", width=20),
        Column("content", "走访内容", source=Derived(("way", "whole_away", "judged"), _content), width=20),
        Column("remark", "走访情况记录", width=40),
        Column("problems", "发现问题", width=28),
        Column("next_promise", "解决措施", width=28),
        Column("done", "落实情况", source=Derived(("told_needs",), _done), width=24),
        Column(
            "photos",
            "照片",
            source=Derived(("photos_arrived", "photos_given_up", "photos_expected"), _photos),
            width=10,
        ),
        Column("next_on", "下次走访", Kind.DATE),
    ),
    right=RIGHT,
    rows=_rows,
    order=("household__area_id", "household_id", "happened_on", "id"),
    per="次",
    filters=VisitLedgerFilter,
    full_numbers=False,
    note="一次走访一行；撤回的、不再是走访人的户而没有采用的不列；落实情况为走访时登记的诉求办到哪一步",
)
