"""What must be there before an application goes on: asked of many at once, so that lists and single ones have one rule."""

from django.db.models import Exists, OuterRef, QuerySet

from households.case_conditions import first_of, refused_by, told
from households.models import Household, Membership, RelocationApplication, RelocationMover
from households.options.kinds import GENERAL_RURAL
from poverty.review.models import Meeting, RosterEntry
from poverty.review.workflows import CaseLine

CASE = "households.relocationapplication"
NOT_POOR = "该户不是建档立卡户，不是易地扶贫搬迁对象；同步搬迁的户不在这里办理。"
OFF_REGISTER = "该户还没有登记，或已销户、并户，不能办理。"
ELSEWHERE = "该户的名单在原村，须退回，由现在的村重新评议。"


def on_register(cases: QuerySet) -> dict[int, str]:
    """The household is registered and neither closed nor merged."""
    return told(cases.exclude(household__state=Household.State.REGISTERED), OFF_REGISTER)


def poor(cases: QuerySet) -> dict[int, str]:
    """The household is on the poverty register (建档立卡), exited or not: only such households are 搬迁对象."""
    return told(cases.filter(household__kind=GENERAL_RURAL), NOT_POOR)


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


# The household still is what it applied as: registered, 建档立卡, with everybody who is to move.
household_fits = first_of(on_register, poor, movers_live_there)


def listed_here(cases: QuerySet) -> dict[int, str]:
    """The application stands on a list of the village where its household stands now: another village neither posts nor
    appraises it.
    """
    here = RosterEntry.objects.standing().filter(
        case_type=CASE, case_id=OuterRef("pk"), roster__area_code=OuterRef("household__area")
    )
    return told(cases.filter(~Exists(here)), ELSEWHERE)


def fits_list(cases: QuerySet) -> dict[int, str]:
    """The household still is what it applied as, where its list was made: it is posted and passed on with the list."""
    return listed_here(cases) | household_fits(cases)


def off_register(cases: QuerySet) -> dict[int, str]:
    """The household has left the register: its application ends with it, and with no other."""
    return told(cases.filter(household__state=Household.State.REGISTERED), "该户仍在册，申请不随户终止。")


def promised(cases: QuerySet) -> dict[int, str]:
    """The household has promised to take its old house down."""
    return told(cases.filter(old_house_goes=False), "申请里旧房不拆除，没有要登记的。")


def not_remedied(cases: QuerySet) -> dict[int, str]:
    """Why an objection to households that have moved in cannot be upheld yet: the county has not taken that back."""
    return told(
        cases.filter(state=RelocationApplication.State.MOVED),
        "该户已登记入住，不能凭异议退回。核查属实的，请先由县里撤销入住，再答复异议成立。",
    )


# The last closed appraisal of this round did not agree to the application.
refused_by_village = refused_by(CASE, Meeting.Kind.VILLAGE)


def lines(cases: QuerySet) -> dict[int, CaseLine]:
    """How applications stand in lists, minutes and sheets: 村民小组, 户主姓名, 家庭人口数."""
    rows = cases.order_by().values_list(
        "pk", "household__head_name", "household__settlement__name", "household__size"
    )
    return {pk: CaseLine(name, group or "", size) for pk, name, group, size in rows}
