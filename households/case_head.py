"""The head of a household's page: who, where, what is waiting for whom, and what the viewer may do."""

from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from households.disclosure import Disclosure, disclosure, may
from households.models import Assessment, CountyYear, Household, Monitoring, Pairing, RegisterChange
from households.services.personal import phone_of
from poverty.areas.names import full_names

WAITS_FOR = {"proposed": "乡镇专干", "confirmed": "县扶贫办"}


@dataclass(frozen=True)
class Action:
    """A button of the page. `main`: the one red one."""

    label: str
    url: str
    icon: str = ""
    main: bool = False


@dataclass
class CaseHead:
    """What stays at the top of every tab, and what the tabs ask about the viewer."""

    household: Household
    year: int
    own: Disclosure
    place: str
    phone: str = ""
    can_call: bool = False
    helpers: list[Pairing] = field(default_factory=list)
    assessment: Assessment | None = None
    county_year: CountyYear | None = None
    waiting: list[RegisterChange] = field(default_factory=list)
    merged_into: Household | None = None
    rights: frozenset[str] = frozenset()
    actions: list[Action] = field(default_factory=list)
    to_take: list[Action] = field(default_factory=list)  # on paper or as a file; also of a closed household

    @property
    def is_open(self) -> bool:
        """Whether anything of the household can still be changed."""
        return self.household.state in (Household.State.REGISTERED, Household.State.PENDING)

    @property
    def year_open(self) -> bool:
        """Whether facts of the year can be entered."""
        return self.county_year is not None and self.county_year.state == CountyYear.State.OPEN

    def can(self, right: str) -> bool:
        """Whether the viewer holds a right over this household."""
        return right in self.rights


_RIGHTS = (
    "benefit.view",
    "benefit.record",
    "survey.edit",
    "member.edit",
    "income.edit",
    "photo.edit",
    "pairing.edit",
    "register.propose",
    "register.confirm",
    "register.decide",
    "run.view",
    "status.adopt",
    "personal.reveal",
    "phone.view",
    "household.export",
    "clue.view",
    "clue.enter",
    "monitoring.view",
    "visit.view",
    "visit.record",
    "measure.view",
    "measure.edit",
    "need.view",
    "need.raise",
    "responsibility.view",
    "student.view",
)


def with_counts(rows):
    """Households with the numbers that stand on the tabs: change_count, monitoring_count."""

    def number(model):
        counted = model.objects.filter(household=OuterRef("pk")).order_by().values("household")
        return Subquery(counted.annotate(n=Count("pk")).values("n"))

    return rows.annotate(change_count=number(RegisterChange), monitoring_count=number(Monitoring))


def case_head(household: Household, *, user, year: int) -> CaseHead:
    """The head of a household the user sees; eight queries at most. A bureau officer gets name and place."""
    own = disclosure(user, household)
    place = full_names([household.area_id], below=household.area_id[:4]).get(household.area_id, "")
    head = CaseHead(household, year, own, place)
    head.county_year = CountyYear.objects.filter(area=household.area_id[:6], year=year).first()
    head.assessment = Assessment.objects.filter(household=household, year=year).first()
    if not own.whole:
        return head
    head.rights = frozenset(code for code in _RIGHTS if may(user, code, household, paired=own.paired))
    head.phone = phone_of(household, user)
    head.can_call = bool(head.phone) and head.can("phone.view")
    head.helpers = list(
        household.pairings.open_on(timezone.localdate()).select_related("helper").order_by("order")
    )
    head.waiting = list(
        RegisterChange.objects.open()
        .touching([household.pk])
        .select_related("member", "proposed_by")
        .order_by("pk")
    )
    if household.state == Household.State.MERGED:
        merger = household.changes.filter(kind="merge", state="effective").select_related("target").last()
        head.merged_into = merger.target if merger else None
    head.actions = _actions(head)
    head.to_take = _to_take(head)
    return head


def _actions(head: CaseHead) -> list[Action]:
    """Buttons for what the viewer may do now; what has no page in this installation is left out."""
    if not head.is_open:
        return []
    pk, found = head.household.pk, []
    if head.year_open and head.can("survey.edit"):
        found.append(("填写年度信息", link("survey-edit", pk, head.year), "edit", True))
    if head.year_open and head.can("income.edit"):
        found.append(("填写收入", link("income-edit", pk, head.year), "money", False))
    if head.can("visit.record"):
        found.append(("登记走访", link("visit-enter", pk), "pin", False))
    if head.can("register.propose"):
        found.append(("提出变动", link("propose-start", pk), "users", False))
    if head.can("pairing.edit"):
        found.append(("安排结对", link("pair", pk), "link", False))
    if head.can("member.edit"):
        found.append(("更正户信息", link("record-edit", pk), "edit", False))
    if head.can("register.confirm") and head.household.state == Household.State.REGISTERED:
        found.append(("变更所在地", link("place", pk), "map", False))
    if head.can("status.adopt"):
        found.append(("带入脱贫属性", link("adopt", pk), "download", False))
    return [Action(*one) for one in found if one[1]]


def _to_take(head: CaseHead) -> list[Action]:
    """What can be taken along: the card for print, and the electronic file for who may export."""
    found = [Action("打印户卡", link("card", head.household.pk), "print")]
    if head.can("household.export"):
        found.append(Action("电子档案", link("electronic-file", head.household.pk), "download"))
    return found


def link(name: str, *args) -> str:
    """The address of a page of the register, "" where there is none."""
    try:
        return reverse(f"households:{name}", args=args)
    except NoReverseMatch:
        return ""
