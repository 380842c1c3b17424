"""识别台账: applications for 新识别, 返贫 and 户清退 of a calendar year, with each step's day and what came of them."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from households.entries.models import EntryCase
from households.ledgers.case_steps import LATE, VOTES, on, votes
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.options.causes import CAUSES
from households.options.clearance_grounds import CLEARANCE_GROUNDS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.review.models import MeetingItem, Notice, RosterEntry, Step
from poverty.sql.prefix import within

CASE = "households.entrycase"
_STATES = dict(EntryCase.State.choices)
_KINDS = dict(EntryCase.Kind.choices)
_BY = dict(EntryCase.By.choices)


def _step(*transitions: str) -> Subquery:
    """The last of these steps of a row's case: who, when, late or not."""
    steps: QuerySet[Step] = Step.objects.filter(
        case_type=CASE, case_id=OuterRef("pk"), transition__in=transitions
    ).order_by("-pk")
    found = JSONObject(who="decided_by_name", on="happened_on", late="late_reason")
    return Subquery(steps.values(found=found)[:1])


def _notice(kind: str, column: str) -> Subquery:
    """The last notice of a kind on which a row's case stood."""
    listed = RosterEntry.objects.filter(case_type=CASE, case_id=OuterRef(OuterRef("pk")))
    rows = Notice.objects.standing().filter(kind=kind, roster__in=listed.values("roster")).order_by("-pk")
    return Subquery(rows.values(column)[:1])


def _rows(user, area_code, year, values):
    seen = EntryCase.objects.visible_to(user, RIGHT).filter(within("household__area_id", [area_code]))
    said = MeetingItem.objects.filter(case_type=CASE, case_id=OuterRef("pk"), meeting__kind="village")
    return seen.filter(applied_on__gte=date(year, 1, 1), applied_on__lt=date(year + 1, 1, 1)).annotate(
        applying=_step("apply"),
        comparing=_step("compare"),
        appraising=_step("appraise"),
        checking=_step("check"),
        reviewing=_step("review"),
        finishing=_step("enter"),
        votes=Subquery(said.order_by("-pk").values(found=VOTES)[:1]),
        first_from=_notice("first", "posted_on"),
        first_to=_notice("first", "last_day"),
        second_from=_notice("second", "posted_on"),
        second_to=_notice("second", "last_day"),
        announced_from=_notice("announcement", "posted_on"),
    )


def _paper(year, number) -> str:
    return f"告知〔{year}〕{number}号" if number else ""


ENTRIES = Ledger(
    name="entries",
    title="识别台账",
    columns=(
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("kind", "事项", source=Derived(("kind",), _KINDS.get)),
        Column("applied_by", "提出方式", source=Derived(("applied_by",), _BY.get)),
        Column("applicant", "申请人"),
        Column("applied_on", "申请日期", Kind.DATE),
        Column("size", "申请时人口", Kind.INTEGER, total=True),
        Column("cause", "致贫（返贫）原因", Kind.OPTION, options=CAUSES),
        Column("ground", "清退情形", Kind.OPTION, options=CLEARANCE_GROUNDS, width=20),
        Column("reason", "理由", width=24),
        Column("compared_on", "比对日期", Kind.DATE, source=on("comparing")),
        Column("appraised_on", "评议日期", Kind.DATE, source=on("appraising"), group="民主评议"),
        Column("votes", "票数", source=Derived(("votes",), votes), width=18, group="民主评议"),
        Column("first_from", "村内公示起", Kind.DATE),
        Column("first_to", "村内公示止", Kind.DATE),
        Column("checked_on", "乡镇审核日期", Kind.DATE, source=on("checking")),
        Column("second_from", "乡镇公示起", Kind.DATE),
        Column("second_to", "乡镇公示止", Kind.DATE),
        Column("reviewed_on", "县审核日期", Kind.DATE, source=on("reviewing")),
        Column("decided_on", "审定日期", Kind.DATE),
        Column("document", "审定文号", width=18),
        Column("announced_from", "公告日期", Kind.DATE),
        Column("done_on", "办结日期", Kind.DATE, source=on("finishing")),
        Column("state", "状态", source=Derived(("state",), _STATES.get)),
        Column("paper", "告知书", source=Derived(("refusal__year", "refusal__number"), _paper), width=16),
        Column("refused_for", "不予通过原因", source="refusal__reason", width=24),
        Column("delivered_on", "送达日期", Kind.DATE, source="refusal__delivered_on"),
        LATE,
    ),
    right=RIGHT,
    rows=_rows,
    order=("applied_on", "id"),
    per="件",
    note="按申请日期在所选年份内；含办理中、不予通过和已撤回的",
    full_numbers=False,
)
