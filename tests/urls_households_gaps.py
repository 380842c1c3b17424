"""Sample arguments of the addresses of gaps, needs, measures and plans."""

from datetime import timedelta

from django.utils import timezone

from households.gaps.measures import begin_measure, plan_measure
from households.gaps.needs import answer_need
from households.gaps.plans import draw_up_plan
from households.models import Gap
from households.services.assess import judge_households
from poverty.accounts.models import Role
from poverty.fields.states import UNKNOWN
from tests.factories.gaps import a_need
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard
from tests.url_samples import Place, Sample

READERS = (Role.COUNTY_REVIEWER, Role.INSPECTOR, Role.AUDITOR, Role.LEADER)


def _household(place: Place):
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    return household


def gap(place: Place) -> Sample:
    """Unknown water: the bureau of the ten people is that of water."""
    household = make_household(place.village, survey={"water_solved": None})
    make_pairing(household, place.actor(Role.HELPER))
    make_standard(place.county)
    judge_households([household.pk], 2018)
    today = timezone.localdate()
    found = Gap.objects.filter(household=household, indicator="water").first() or Gap.objects.create(
        household=household,
        year=2018,
        county=place.county,
        area_code=place.village,
        indicator="water",
        state=UNKNOWN,
        party="water",
        opened_on=today,
        due_on=today,
    )
    return Sample({"pk": found.pk})


def need(place: Place) -> Sample:
    """Put to the water bureau, so that it sees it too."""
    return Sample({"pk": a_need(_household(place), place.actor(Role.VILLAGE_CLERK), whom="water").pk})


def need_to_answer(place: Place) -> Sample:
    """The same: whom it is not put to may not answer; the county may pass it on."""
    refused = (Role.HELPER, Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER)
    return Sample(need(place).kwargs, refused_to=frozenset(one.value for one in refused))


def need_to_answer_by_program(place: Place) -> Sample:
    """The same by program: who only reads is refused as well."""
    refused = (Role.INSPECTOR, Role.AUDITOR, Role.LEADER)
    return Sample(need(place).kwargs, refused_to=frozenset(one.value for one in refused))


def need_answered(place: Place) -> Sample:
    """Answered, and the household not told."""
    one = a_need(_household(place), place.actor(Role.VILLAGE_CLERK), whom="water")
    answer_need(one, "answer", reply="周五来修", actor=place.actor(Role.BUREAU_OFFICER))
    return Sample({"pk": one.pk})


def _measure(place: Place):
    return plan_measure(
        _household(place),
        group="industry",
        content="送鸡苗50只",
        responsible="张强",
        planned_until=timezone.localdate() + timedelta(days=30),
        actor=place.actor(Role.VILLAGE_CLERK),
    )


def measure(place: Place) -> Sample:
    """A planned measure."""
    return Sample({"pk": _measure(place).pk})


def measure_step(place: Place) -> Sample:
    """A measure under way, to be done."""
    one = begin_measure(_measure(place), on=timezone.localdate(), actor=place.actor(Role.VILLAGE_CLERK))
    return Sample({"pk": one.pk, "name": "finish"})


def household(place: Place) -> Sample:
    """A household paired with the helper."""
    return Sample({"pk": _household(place).pk})


def plan(place: Place) -> Sample:
    """A plan of the year."""
    made = draw_up_plan(_household(place), 2018, actor=place.actor(Role.VILLAGE_CLERK))
    return Sample({"pk": made.pk})


def plan_sign(place: Place) -> Sample:
    """The same, to be signed by the household."""
    return Sample({**plan(place).kwargs, "side": "household"})


SAMPLES = {
    "households:gap": gap,
    "households:need": need,
    "households:need-answer": need_to_answer,
    "households:need-told": need_answered,
    "households:measure": measure,
    "households:measure-step": measure_step,
    "households:measure-new": household,
    "households:plan": plan,
    "households:plan-sign": plan_sign,
    "households:plan-new": household,
    "api:gap-detail": gap,
    "api:measure-detail": measure,
    "api:need-detail": need,
    "api:need-answer": need_to_answer_by_program,
}
