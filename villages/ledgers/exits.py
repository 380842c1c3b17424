"""村退出台账: one row per exit of a village in a year, with its figures and who took which step when."""

import django_filters as filters
from django.db.models import FilteredRelation, OuterRef, Q, Subquery

from households.ledgers.places import place_columns
from poverty.fields.states import LABELS, UNKNOWN, UNMET
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.review.models import Notice, RosterEntry, Step
from poverty.sql.prefix import within
from villages.indicators import label_of
from villages.models import INDICATOR_COLUMNS, ExitCase
from villages.options.list_levels import LIST_LEVELS
from villages.rounds import CASE_TYPE

RIGHT = "household.export"
# The steps whose day and person stand in the ledger, in the order of the procedure.
STEPS = (
    ("selfcheck_village", "自查"),
    ("review_village", "乡镇审核"),
    ("check_village", "县级核查"),
    ("accept_village", "市级验收"),
    ("announce_village", "公告"),
    ("mark_village", "标注出列"),
)


class ExitLedgerFilter(filters.FilterSet):
    """By step."""

    state = filters.ChoiceFilter(label="环节", choices=ExitCase.State.choices, empty_label="全部")

    class Meta:
        model = ExitCase
        fields = ()


def _last(transition: str, field: str) -> Subquery:
    """A field of the last step of a name: after a return it is the one of the last round."""
    steps = Step.objects.filter(case_type=CASE_TYPE, case_id=OuterRef("pk"), transition=transition)
    return Subquery(steps.order_by("-id").values(field)[:1])


def _posted(kind: str, field: str) -> Subquery:
    entries = RosterEntry.objects.filter(case_type=CASE_TYPE, case_id=OuterRef(OuterRef("pk")))
    notices = Notice.objects.standing().filter(kind=kind, roster__in=entries.values("roster_id"))
    return Subquery(notices.order_by("-id").values(field)[:1])


def _rows(user, area_code, year, values):
    steps = {}
    for name, _ in STEPS:
        steps[f"{name}_on"] = _last(name, "happened_on")
        steps[f"{name}_by"] = _last(name, "decided_by_name")
    return (
        ExitCase.objects.visible_to(user, RIGHT)
        .filter(within("village__area_id", [area_code]), year=year)
        .annotate(
            result=FilteredRelation("village__assessments", condition=Q(village__assessments__year=year)),
            posted_on=_posted("second", "posted_on"),
            posted_until=_posted("second", "last_day"),
            accepted_by_paper=_last("accept_village", "document_name"),
            announced_by_paper=_last("announce_village", "document_name"),
            **steps,
        )
    )


def _state(key: str) -> str:
    return ExitCase.State(key).label


def _lacking(*states: int | None) -> str:
    found = [
        f"{label_of(code)}{LABELS[state]}"
        for code, state in zip(INDICATOR_COLUMNS, states, strict=True)
        if state in (UNMET, UNKNOWN)
    ]
    return "、".join(found)


def _step_columns():
    for name, label in STEPS:
        yield Column(f"{name}_on", f"{label}日期", Kind.DATE, width=14)
        yield Column(f"{name}_by", f"{label}办理人", width=12)


EXITS = Ledger(
    name="village_exits",
    title="村退出台账",
    columns=(
        *place_columns("village__area"),
        Column("code", "区划代码", Kind.CODE, source="village__area_id", width=16),
        Column("list_level", "名单级别", Kind.OPTION, source="village__list_level", options=LIST_LEVELS),
        Column("state", "环节", Kind.TEXT, Derived(("state",), _state)),
        Column("plan_document", "列入计划依据", width=24),
        Column("population", "未脱贫人口（人）", Kind.INTEGER, source="result__poor_persons", total=True),
        Column(
            "leaving", "本批计划退出人口（人）", Kind.INTEGER, source="result__leaving_persons", total=True
        ),
        Column("incidence", "贫困发生率（%）", Kind.NUMBER, source="result__incidence_now"),
        Column("incidence_after", "本批退出后（%）", Kind.NUMBER, source="result__incidence_then"),
        Column("verdict", "系统判定", Kind.STATE, source="result__verdict", width=10),
        Column(
            "lacking",
            "差什么",
            Kind.TEXT,
            Derived(tuple(f"result__{code}" for code in INDICATOR_COLUMNS), _lacking),
            width=30,
        ),
        Column("posted_on", "乡镇公示起", Kind.DATE),
        Column("posted_until", "乡镇公示止", Kind.DATE),
        *_step_columns(),
        Column("accepted_by_paper", "验收文件", width=20),
        Column("announced_by_paper", "公告文号", width=20),
    ),
    right=RIGHT,
    rows=_rows,
    order=("village__area_id", "id"),
    per="村",
    filters=ExitLedgerFilter,
    note="每个村每次列入计划一行；退回过的，日期和办理人为最后一轮的；判定为最近一次的结果",
    full_numbers=False,
)
