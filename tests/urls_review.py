"""Sample arguments of the addresses of lists, meetings, notices, objections, and of the 溯源单."""

from django.utils import timezone

from households.models import Household
from poverty.accounts.models import Role
from poverty.accounts.rights import ROLE_RIGHTS
from poverty.review.services.meetings import Said, enter_meeting, say
from poverty.review.services.notices import post_notice
from poverty.review.services.objections import receive_objection
from poverty.review.services.rosters import make_roster
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample

HOUSEHOLD = "households.household"
# Whoever is paired with one household sees no list, nor does a bureau.
UNSEEING = frozenset({Role.HELPER.value, Role.BUREAU_OFFICER.value})


def a_roster(place: Place):
    """A list of one household of the village."""
    household = make_household(place.village)
    rows = Household.objects.filter(pk=household.pk)
    return make_roster(
        HOUSEHOLD,
        rows,
        area_code=place.village,
        year=2018,
        title="二道沟村2018年名单",
        actor=place.actor(Role.VILLAGE_CLERK),
    )


def a_notice(place: Place):
    """The list hangs from today on."""
    notice, _ = post_notice(
        a_roster(place),
        "first",
        title="公示",
        place="村务公开栏",
        publisher="村民委员会",
        contact="镇扶贫办",
        actor=place.actor(Role.VILLAGE_CLERK),
    )
    return notice


def _meeting(place: Place):
    roster = a_roster(place)
    clerk = place.actor(Role.VILLAGE_CLERK)
    meeting = enter_meeting(
        "village",
        place.village,
        held_on=timezone.localdate(),
        place="村部",
        chair="村主任",
        due=30,
        present=25,
        actor=clerk,
    )
    say(meeting, HOUSEHOLD, [Said(roster.entries.get().case_id, True)], actor=clerk)
    return meeting


def _objection(place: Place, *, read: bool = True):
    notice = a_notice(place)
    return receive_objection(
        notice,
        channel="paper",
        about="户主",
        text="家里有小汽车",
        case_id=notice.roster.entries.get().case_id if read else None,
        actor=place.actor(Role.VILLAGE_CLERK),
        received_on=timezone.localdate(),
    )


def _leave(place: Place) -> Sample:
    roster = a_roster(place)
    return Sample({"pk": roster.pk, "case_id": roster.entries.get().case_id}, hidden_from=UNSEEING)


def _trace(place: Place) -> Sample:
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    # A bureau sees its own indicator only.
    unseeing = frozenset({Role.BUREAU_OFFICER.value})
    return Sample({"case_type": HOUSEHOLD, "case_id": household.pk}, hidden_from=unseeing)


def _named(make, name: str = "pk", **more):
    return lambda place: Sample({name: make(place).pk, **more}, hidden_from=UNSEEING)


SAMPLES = {
    "review:roster": _named(a_roster),
    "review:roster-leave": _leave,
    "review:meeting-enter": _named(a_roster, "roster", kind="village"),
    "review:notice-post": _named(a_roster, "roster"),
    "review:meeting": _named(_meeting),
    "review:meeting-change": _named(_meeting),
    "review:meeting-close": _named(_meeting),
    "review:notice": _named(a_notice),
    "review:notice-correct": _named(a_notice),
    "review:notice-down": _named(a_notice),
    "review:notice-withdraw": _named(a_notice),
    "review:objection-enter": _named(a_notice, "notice"),
    "review:objection": _named(_objection),
    "review:objection-receipt": _named(_objection),
    "review:objection-point": _named(lambda place: _objection(place, read=False)),
    "review:objection-settle": _named(_objection),
    "review:trace": _trace,
}

# Who reads meetings does not close them: that is for who enters them.
READERS = frozenset(
    role.value
    for role in Role
    if "household.view" in ROLE_RIGHTS[role] and "meeting.enter" not in ROLE_RIGHTS[role]
)


def _close(place: Place) -> Sample:
    return Sample({"pk": _meeting(place).pk}, hidden_from=UNSEEING, refused_to=READERS - UNSEEING)


SAMPLES |= {
    "api:roster-detail": _named(a_roster),
    "api:meeting-detail": _named(_meeting),
    "api:meeting-close": _close,
    "api:notice-detail": _named(a_notice),
    "api:objection-detail": _named(_objection),
}
