"""变更台账: the changes of the register of a calendar year, with their days, papers, and who proposed and decided."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from households.ledgers.filters import ChangeLedgerFilter
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import RegisterChange
from households.options.change_kinds import CHANGE_KINDS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.review.models import Step
from poverty.sql.prefix import within

CASE = "households.registerchange"
# What each level did with a change, and what it sent back.
_TOWNSHIP = ("confirm_change", "forward_change", "return_change")
_COUNTY = ("decide_change", "reject_change")
_STATES = dict(RegisterChange.State.choices)


def _step(*transitions: str) -> Subquery:
    """The last of these steps of a row's change: who, when, his words, the paper, who typed."""
    steps: QuerySet[Step] = Step.objects.filter(
        case_type=CASE, case_id=OuterRef("pk"), transition__in=transitions
    ).order_by("-pk")
    found = JSONObject(
        who="decided_by_name",
        on="happened_on",
        comment="comment",
        document="document_name",
        late="late_reason",
    )
    return Subquery(steps.values(found=found)[:1])


def _rows(user, area_code, year, values):
    rows = RegisterChange.objects.visible_to(user, RIGHT).filter(
        within("area_id", [area_code]),
        happened_on__gte=date(year, 1, 1),
        happened_on__lt=date(year + 1, 1, 1),
    )
    return rows.annotate(
        proposing=_step("propose_change"), township=_step(*_TOWNSHIP), county=_step(*_COUNTY)
    )


def _of(step: str, key: str) -> Derived:
    def part(found):
        text = found[key] if found else None
        return date.fromisoformat(text) if text and key == "on" else text

    return Derived((step,), part)


def _returned(state: str, township, county) -> str:
    if state != RegisterChange.State.RETURNED:
        return ""
    return (county or township or {}).get("comment") or ""


CHANGES = Ledger(
    name="changes",
    title="变更台账",
    columns=(
        *place_columns(),
        *household_columns("household__"),
        Column("kind", "变动类型", Kind.OPTION, options=CHANGE_KINDS),
        Column("member", "成员姓名", source="member__name"),
        Column("target", "对方户户主", source="target__head_name"),
        Column("happened_on", "发生日期", Kind.DATE),
        Column("reason", "原因", width=24),
        Column("document", "依据", source="document_name", width=20),
        Column("proposed_by", "提出人", source="proposed_by__name"),
        Column("proposed_at", "录入时间", Kind.MOMENT, width=18),
        Column("late", "补录原因", source=_of("proposing", "late"), width=16),
        Column("township_by", "乡镇办理人", source=_of("township", "who"), group="乡镇"),
        Column("township_on", "乡镇日期", Kind.DATE, source=_of("township", "on"), group="乡镇"),
        Column("township_document", "乡镇文件", source=_of("township", "document"), group="乡镇", width=18),
        Column("county_by", "县级办理人", source=_of("county", "who"), group="县级"),
        Column("county_on", "县级日期", Kind.DATE, source=_of("county", "on"), group="县级"),
        Column("county_document", "县级文件", source=_of("county", "document"), group="县级", width=18),
        Column("state", "状态", source=Derived(("state",), _STATES.get)),
        Column("returned", "退回原因", source=Derived(("state", "township", "county"), _returned), width=20),
        Column("effective_at", "生效时间", Kind.MOMENT, width=18),
    ),
    right=RIGHT,
    rows=_rows,
    order=("happened_on", "id"),
    per="条",
    filters=ChangeLedgerFilter,
    note="按发生日期在所选年份内；含办理中、已退回和已撤回的",
    full_numbers=False,
)
