"""What must be there before an application goes on: asked of many at once, so that lists and single ones have one rule."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from households.models import Household, Membership, RelocationApplication, RelocationMover
from households.options.kinds import GENERAL_RURAL
from poverty.review.models import Meeting, MeetingItem, Notice, RosterEntry
from poverty.review.workflows import CaseLine

CASE = "households.relocationapplication"
NOT_POOR = "该户不是建档立卡户，不是易地扶贫搬迁对象；同步搬迁的户不在这里办理。"
OFF_REGISTER = "该户还没有登记，或已销户、并户，不能办理。"
ELSEWHERE = "该户的名单在原村，须退回，由现在的村重新评议。"

Many = Callable[[QuerySet], dict[int, str]]


def each(*rules: Many) -> dict:
    """The arguments of a Transition: these rules for one application and for many."""

    def many(cases: QuerySet) -> dict[int, str]:
        found: dict[int, str] = {}
        for rule in rules:
            for pk, text in rule(cases).items():
                found.setdefault(pk, text)
        return found

    def one(case: RelocationApplication) -> list[str]:
        row = RelocationApplication.objects.filter(pk=case.pk)
        return [text for rule in rules for text in rule(row).values()]

    return {"precondition": one, "precondition_many": many}


def _told(cases: QuerySet, text: str) -> dict[int, str]:
    return dict.fromkeys(cases.order_by().values_list("pk", flat=True), text)


def on_register(cases: QuerySet) -> dict[int, str]:
    """The household is registered and neither closed nor merged."""
    return _told(cases.exclude(household__state=Household.State.REGISTERED), OFF_REGISTER)


def poor(cases: QuerySet) -> dict[int, str]:
    """The household is on the poverty register (建档立卡), exited or not: only such households are 搬迁对象."""
    return _told(cases.filter(household__kind=GENERAL_RURAL), NOT_POOR)


def movers_gone(cases: QuerySet) -> dict[int, str]:
    """Names of those who are to move and are members of the household no more, by application; none: left out."""
    living = Membership.objects.filter(
        household=OuterRef("application__household"), member=OuterRef("member"), valid_to=None
    )
    gone = RelocationMover.objects.filter(~Exists(living), application__in=cases.order_by().values("pk"))
    names: dict[int, list[str]] = {}
    for pk, name in gone.order_by("pk").values_list("application_id", "member__name"):
        names.setdefault(pk, []).append(name)
    return {pk: "、".join(found) for pk, found in names.items()}


def movers_live_there(cases: QuerySet) -> dict[int, str]:
    """Everybody who is to move still is a member of the household."""
    return {pk: f"{names}已不在该户，请退回村里更正搬迁人口。" for pk, names in movers_gone(cases).items()}


def household_fits(cases: QuerySet) -> dict[int, str]:
    """The household still is what it applied as: registered, 建档立卡, with everybody who is to move."""
    found: dict[int, str] = {}
    for rule in (on_register, poor, movers_live_there):
        for pk, text in rule(cases).items():
            found.setdefault(pk, text)
    return found


def listed_here(cases: QuerySet) -> dict[int, str]:
    """The application stands on a list of the village where its household stands now: another village neither posts nor
    appraises it.
    """
    here = RosterEntry.objects.standing().filter(
        case_type=CASE, case_id=OuterRef("pk"), roster__area_code=OuterRef("household__area")
    )
    return _told(cases.filter(~Exists(here)), ELSEWHERE)


def fits_list(cases: QuerySet) -> dict[int, str]:
    """The household still is what it applied as, where its list was made: it is posted and passed on with the list."""
    return listed_here(cases) | household_fits(cases)


def off_register(cases: QuerySet) -> dict[int, str]:
    """The household has left the register: its application ends with it, and with no other."""
    return _told(cases.filter(household__state=Household.State.REGISTERED), "该户仍在册，申请不随户终止。")


def promised(cases: QuerySet) -> dict[int, str]:
    """The household has promised to take its old house down."""
    return _told(cases.filter(old_house_goes=False), "申请里旧房不拆除，没有要登记的。")


def not_remedied(cases: QuerySet) -> dict[int, str]:
    """Why an objection to households that have moved in cannot be upheld yet: the county has not taken that back."""
    return _told(
        cases.filter(state=RelocationApplication.State.MOVED),
        "该户已登记入住，不能凭异议退回。核查属实的，请先由县里撤销入住，再答复异议成立。",
    )


def refused_by_village(cases: QuerySet) -> dict[int, str]:
    """The last closed appraisal of this round did not agree to the application."""
    items = MeetingItem.objects.filter(
        case_type=CASE,
        case_id=OuterRef("pk"),
        pk__gt=OuterRef("said_before"),
        meeting__kind=Meeting.Kind.VILLAGE,
        meeting__closed_at__isnull=False,
    ).order_by("-pk")
    last = cases.annotate(said=Subquery(items.values("agreed")[:1]))
    label = Meeting.Kind.VILLAGE.label
    return _told(
        last.filter(Q(said__isnull=True) | Q(said=True)), f"{label}没有否决该户，不能按评议未通过办理。"
    )


def announced(cases: QuerySet) -> dict[int, str]:
    """The list of the application hangs, or hung, as an announcement."""
    notices = Notice.objects.standing().filter(kind=Notice.Kind.ANNOUNCEMENT)
    listed = RosterEntry.objects.standing().filter(
        case_type=CASE, case_id=OuterRef("pk"), roster__in=notices.values("roster")
    )
    return _told(cases.filter(~Exists(listed)), f"还没有张贴{Notice.Kind.ANNOUNCEMENT.label}。")


def lines(cases: QuerySet) -> dict[int, CaseLine]:
    """How applications stand in lists, minutes and sheets: 村民小组, 户主姓名, 家庭人口数."""
    rows = cases.order_by().values_list(
        "pk", "household__head_name", "household__settlement__name", "household__size"
    )
    return {pk: CaseLine(name, group or "", size) for pk, name, group, size in rows}
