"""Applications to move of the demo county, one at every step: all of autumn 2018, entered late, invented.

None changes a fact of a year: the published figures stay.
"""

from datetime import date

from django.db import transaction

from households.demo.county_figures import COUNTY
from households.demo.exits import drawn_sheet
from households.demo.staff import DEMO_VILLAGE, SECOND_REVIEWER
from households.models import Household, Membership, RelocationApplication, Survey
from households.options.kinds import GENERAL_RURAL
from households.relocation.applications.conditions import CASE
from households.relocation.applications.services import lists, moving
from households.relocation.applications.services.applying import Asked, apply
from households.relocation.applications.services.ending import refuse
from households.services.case_lists import post
from households.services.decision import Decision
from households.services.sittings import Sitting
from poverty.accounts.models import Posting, Role, User
from poverty.areas.models import Area
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.models import RosterEntry
from poverty.review.services.meetings import Said
from poverty.sql.prefix import within

LATE = "补录搬迁申请（演示）"
_CONTACT = "区扶贫办 0435-0000000（演示）"
_APPLIED, _MET = date(2018, 8, 6), date(2018, 8, 13)
_FIRST, _REPORTED, _SECOND = date(2018, 8, 14), date(2018, 8, 22), date(2018, 8, 23)
_APPROVED, _ANNOUNCED = date(2018, 9, 3), date(2018, 9, 4)
_MOVED, _CLEARED = date(2018, 9, 28), date(2018, 10, 16)
_ORDER = (
    "unpapered",
    "applied",
    "appraised",
    "first",
    "reported",
    "second",
    "approved",
    "announced",
    "moved",
    "cleared",
)
# In the demo village, so that its clerk and its officer have something to do; the rest anywhere in the county.
_HERE = ("unpapered", "applied", "appraised", "first", "second", "announced")
_ELSEWHERE = ("second", "second", "approved", "moved", "cleared", "refused")


@transaction.atomic
def tell_of_applications() -> str:
    """Put applications on the desks, each where its name says; twice does nothing."""
    if RelocationApplication.objects.exists():
        return "搬迁申请已在，没有再载入。"
    here = _homes(within("area_id", [DEMO_VILLAGE]), len(_HERE))
    others = _homes(within("area_id", [COUNTY]) & ~within("area_id", [DEMO_VILLAGE]), len(_ELSEWHERE))
    for household, state in (*zip(here, _HERE, strict=False), *zip(others, _ELSEWHERE, strict=False)):
        _Story(household).tell(state)
    return f"搬迁申请 {RelocationApplication.objects.count()} 件"


def _homes(where, number: int) -> list[Household]:
    """So many households of the register that neither moved nor had their house rebuilt, spread over the place."""
    said = Survey.objects.exclude(is_relocated=False, rebuilt_year__isnull=True)
    rows = Household.objects.filter(where, state=Household.State.REGISTERED, size__gte=2)
    rows = rows.exclude(kind=GENERAL_RURAL).exclude(pk__in=said.values("household"))
    ids = list(rows.order_by("area_id", "pk").values_list("pk", flat=True))
    chosen = ids[:: max(1, len(ids) // number)][:number]
    found = Household.objects.in_bulk(chosen)
    return [found[pk] for pk in chosen]


class _Story:
    """One household with the people of its place, brought to a step."""

    def __init__(self, household: Household):
        self.household = household
        self.village = Area.objects.get(pk=household.area_id)
        self.clerk = _posted(Role.VILLAGE_CLERK, household.area_id)
        self.officer = _posted(Role.TOWNSHIP_OFFICER, household.area_id[:9])
        self.reviewer = User.objects.get(username=SECOND_REVIEWER)

    def tell(self, state: str) -> None:
        movers = Membership.objects.filter(household=self.household, valid_to=None)
        self.case = apply(
            self.household,
            Asked(
                applicant=self.household.head_name,
                reason="geological_hazard",
                situation="住房在山坡下，汛期有滑坡危险（演示）",
                method="concentrated",
                place="township",
                destination="乡镇集中安置点（演示）",
                old_house_goes=True,
                promised_on=_APPLIED,
            ),
            list(movers.values_list("member_id", flat=True)),
            actor=self.clerk,
            applied_on=_APPLIED,
            document_name="搬迁申请书（演示）",
            late_reason=LATE,
        )
        if state == "unpapered":
            return
        self._scanned(self.case, "application", self.clerk)
        last = "reported" if state == "refused" else state
        for step in _ORDER[2 : _ORDER.index(last) + 1]:
            getattr(self, f"_{step}")()
        if state == "refused":
            refuse(
                self.case,
                _CONTACT,
                self._decision(
                    self.reviewer, _APPROVED, "审批表（演示）", comment="所在村不在搬迁规划范围（演示）"
                ),
            )

    def _scanned(self, holder, role: str, actor: User) -> None:
        """A drawn sheet in place of the scan."""
        code = self.village.pk
        link(
            store(drawn_sheet(code), actor=actor, area_code=code, kind=Kind.SCAN),
            holder,
            role=role,
            actor=actor,
        )

    @property
    def _roster(self):
        return RosterEntry.objects.standing().get(case_type=CASE, case_id=self.case.pk).roster

    def _decision(self, actor: User, on: date, document: str, **more) -> Decision:
        return Decision(actor, document, on, late_reason=LATE, **more)

    def _appraised(self) -> None:
        sitting = Sitting(_MET, "村委会会议室", "村党支部书记（演示）", 40, 30, late_reason=LATE)
        said = [Said(self.case.pk, True, 27, 1, 2)]
        made = lists.appraise(self.village.pk, said, sitting, actor=self.clerk)
        self._scanned(made.meeting, "minutes", self.clerk)

    def _post(self, kind: str, on: date, actor: User, title: str, publisher: str) -> None:
        post(
            self._roster,
            kind,
            actor=actor,
            title=f"{self.village.name}2018年{title}（演示）",
            place="村务公开栏",
            publisher=f"{publisher}（演示）",
            contact=_CONTACT,
            posted_on=on,
            late_reason=LATE,
        )

    def _first(self) -> None:
        publisher = f"{self.village.name}民委员会"
        self._post("first", _FIRST, self.clerk, "易地扶贫搬迁对象评议结果公示", publisher)
        self._scanned(self._roster, "check_sheet", self.officer)

    def _reported(self) -> None:
        lists.pass_on("report", [self.case.pk], self._decision(self.officer, _REPORTED, "乡镇核查表（演示）"))

    def _second(self) -> None:
        self._post("second", _SECOND, self.officer, "拟易地扶贫搬迁对象公示", "乡镇人民政府")
        # In the demo village the county's sheet still lacks, so that a page says so.
        if self.village.pk != DEMO_VILLAGE:
            self._scanned(self._roster, "review_sheet", self.reviewer)

    def _approved(self) -> None:
        if self.village.pk == DEMO_VILLAGE:
            self._scanned(self._roster, "review_sheet", self.reviewer)
        lists.pass_on(
            "approve", [self.case.pk], self._decision(self.reviewer, _APPROVED, "二扶发〔2018〕12号（演示）")
        )

    def _announced(self) -> None:
        self._post("announcement", _ANNOUNCED, self.reviewer, "易地扶贫搬迁对象公告", "二道江区扶贫办")

    def _moved(self) -> None:
        self.case.refresh_from_db()
        decision = self._decision(self.officer, _MOVED, "入住确认单（演示）")
        moving.move_in(self.case, moved_to="乡镇集中安置点3号楼（演示）", decision=decision)

    def _cleared(self) -> None:
        decision = self._decision(self.officer, _CLEARED, "旧房拆除复垦验收单（演示）")
        moving.clear_old_house(self.case, decision)


def _posted(role: str, area_code: str) -> User:
    rows = Posting.objects.filter(role=role, area=area_code).select_related("user")
    return rows.order_by("pk").first().user
