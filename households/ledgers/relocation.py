"""搬迁申请台账: applications to move of a calendar year, with each step's day and what came of them."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from households.disclosure import whole_to
from households.ledgers.case_steps import LATE, VOTES, on, votes
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Household, RelocationApplication, RelocationMover
from households.options.relocation import RESETTLEMENT_METHODS, RESETTLEMENT_PLACES
from households.options.relocation_reasons import RELOCATION_REASONS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.review.models import MeetingItem, RosterEntry, Step
from poverty.sql.prefix import within

CASE = "households.relocationapplication"
_STATES = dict(RelocationApplication.State.choices)


def _step(transition: str, **of_round) -> Subquery:
    """The last step of a name of a row's application: on which day, by which paper."""
    steps: QuerySet[Step] = Step.objects.filter(
        case_type=CASE, case_id=OuterRef("pk"), transition=transition, **of_round
    ).order_by("-pk")
    found = JSONObject(on="happened_on", document="document_name", late="late_reason")
    return Subquery(steps.values(found=found)[:1])


def _notice(kind: str, column: str) -> Subquery:
    """The last notice of a kind on which a row's application stood, on a list made since it was last sent back."""
    back = Step.objects.filter(
        case_type=CASE,
        case_id=OuterRef("case_id"),
        target=RelocationApplication.State.APPLIED,
        closes_round=True,
        recorded_at__gte=OuterRef("roster__recorded_at"),
    )
    listed = RosterEntry.objects.filter(~Exists(back), case_type=CASE, case_id=OuterRef("pk"))
    sheets = Q(roster__notices__kind=kind, roster__notices__withdrawn_on__isnull=True)
    rows = listed.annotate(sheet=FilteredRelation("roster__notices", condition=sheets))
    rows = rows.filter(sheet__isnull=False).on_sheet(F("sheet__posted_on"), F("sheet__recorded_at"))
    return Subquery(rows.order_by("-sheet__pk").values(f"sheet__{column}")[:1])


def _rows(user, area_code, year, values):
    whole = Household.objects.visible_to(user, RIGHT).filter(whole_to(user))
    seen = RelocationApplication.objects.filter(household__in=whole.values("pk"))
    seen = seen.filter(within("household__area_id", [area_code]))
    said = MeetingItem.objects.filter(
        case_type=CASE,
        case_id=OuterRef("pk"),
        pk__gt=OuterRef("said_before"),
        meeting__kind="village",
        meeting__closed_at__isnull=False,
    )
    movers = RelocationMover.objects.filter(application=OuterRef("pk")).order_by("pk")
    return seen.filter(applied_on__gte=date(year, 1, 1), applied_on__lt=date(year + 1, 1, 1)).annotate(
        applying=_step("apply"),
        # The application is entered once; what follows counts only in the round in which it stands.
        appraising=_step("appraise", round=OuterRef("round")),
        reporting=_step("report", round=OuterRef("round")),
        approving=_step("approve", round=OuterRef("round")),
        votes=Subquery(said.order_by("-pk").values(found=VOTES)[:1]),
        names=ArraySubquery(movers.values("member__name")),
        first_from=_notice("first", "posted_on"),
        first_to=_notice("first", "last_day"),
        second_from=_notice("second", "posted_on"),
        second_to=_notice("second", "last_day"),
        announced_from=_notice("announcement", "posted_on"),
    )


def _paper(step: str) -> Derived:
    return Derived((step,), lambda found: found["document"] if found else "")


def _old_house(goes) -> str:
    return "拆除复垦" if goes else "不拆除"


RELOCATION_APPLICATIONS = Ledger(
    name="relocation_applications",
    title="搬迁申请台账",
    columns=(
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("applicant", "申请人"),
        Column("applied_on", "申请日期", Kind.DATE),
        Column("movers", "搬迁人口", Kind.INTEGER, source=Derived(("names",), len), total=True, width=10),
        Column("names", "搬迁的人", source=Derived(("names",), "、".join), width=24),
        Column("reason", "搬迁原因", Kind.OPTION, options=RELOCATION_REASONS, width=20),
        Column("method", "安置方式", Kind.OPTION, options=RESETTLEMENT_METHODS, width=12),
        Column("place", "安置地点", Kind.OPTION, options=RESETTLEMENT_PLACES, width=12),
        Column("destination", "安置点或地址", width=22),
        Column("old_house", "旧房", source=Derived(("old_house_goes",), _old_house), width=12),
        Column("promised_on", "拆旧复垦承诺日期", Kind.DATE),
        Column("appraised_on", "村评议日期", Kind.DATE, source=on("appraising")),
        Column("votes", "票数", source=Derived(("votes",), votes), width=18),
        Column("first_from", "村内公示起", Kind.DATE),
        Column("first_to", "村内公示止", Kind.DATE),
        Column("reported_on", "呈报日期", Kind.DATE, source=on("reporting")),
        Column("report", "呈报文件", source=_paper("reporting"), width=20),
        Column("second_from", "公示起", Kind.DATE),
        Column("second_to", "公示止", Kind.DATE),
        Column("approved_on", "批准日期", Kind.DATE, source=on("approving")),
        Column("approval", "批准文件", source=_paper("approving"), width=20),
        Column("announced_from", "公告日期", Kind.DATE),
        Column("moved_on", "入住日期", Kind.DATE),
        Column("moved_to", "入住地址", width=22),
        Column("cleared_on", "旧房拆除日期", Kind.DATE),
        Column("state", "状态", source=Derived(("state",), _STATES.get)),
        Column("refused_reason", "不予批准的原因", width=24),
        Column("told_on", "告知日期", Kind.DATE),
        LATE,
    ),
    right=RIGHT,
    rows=_rows,
    order=("applied_on", "id"),
    per="件",
    note="按申请日期在所选年份内；含办理中、不予批准和已撤回的；退回以前的日期不列",
    full_numbers=False,
)
