"""Sample arguments of the addresses of policies, benefits, loans, training, jobs and solar stations."""

from datetime import date
from decimal import Decimal

from households.benefits.models import BenefitIncome
from households.benefits.services.loans import Terms, record_loan, repay
from households.benefits.services.solar import add_share, open_station
from households.benefits.services.work import add_trainees, open_training, record_job
from tests.factories.areas import make_area
from tests.factories.benefits import SOLAR, make_benefit, make_draft, make_policy
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample

# A bureau of another sector sees the household, and none of what is not its own.
_BUREAU = frozenset({"bureau_officer"})


def _paired(place: Place):
    household = make_household(place.village)
    make_pairing(household, place.actor("helper"))
    return household


def home(place: Place) -> Sample:
    return Sample({"pk": _paired(place).pk})


def to_record(place: Place) -> Sample:
    """A policy that the bureau of the sample may record: water is its sector."""
    policy = make_policy("water_aid", place.county, base=SOLAR, sector="water", entitled=[])
    return Sample({"pk": _paired(place).pk, "code": policy.code}, query={"year": 2018})


def to_reverse(place: Place) -> Sample:
    policy = make_policy("water_aid", place.county, base=SOLAR, sector="water", entitled=[])
    officer = place.actor("township_officer")
    return Sample({"pk": make_benefit(policy, _paired(place), amount=Decimal("100"), by=officer).pk})


received = to_reverse  # the same row, to be read by everybody who sees benefits


def asked(place: Place) -> Sample:
    household = _paired(place)
    row = BenefitIncome.objects.create(
        household=household, year=2018, item="property_solar", paid=Decimal("4000"), state="asked"
    )
    return Sample({"pk": row.pk})


def listed(place: Place) -> Sample:
    policy = make_policy("water_aid", place.county, base=SOLAR, sector="water", entitled=[])
    # Above the village there is nobody to list for a helper: his place is the county's through his postings.
    return Sample({"code": policy.code, "what": "without"}, query={"year": 2018})


def policy(place: Place) -> Sample:
    return Sample({"pk": make_policy(area=place.county).pk})


def draft(**more):
    return lambda place: Sample({"pk": make_draft(area=place.county).pk, **more})


def _loan(place: Place):
    household = _paired(place)
    terms = Terms(
        "农商行",
        Decimal("20000"),
        Decimal("4.35"),
        Decimal(100),
        "planting",
        date(2018, 1, 2),
        date(2020, 1, 2),
    )
    return record_loan(household, household.head, terms, actor=place.actor("township_officer"))


def loan(place: Place) -> Sample:
    return Sample({"pk": _loan(place).pk}, hidden_from=_BUREAU)


def loan_act(place: Place) -> Sample:
    return Sample({"pk": _loan(place).pk, "act": "repay"}, hidden_from=_BUREAU)


def repayment(place: Place) -> Sample:
    row = _loan(place)
    repay(row, amount=Decimal(5000), paid_on=date(2018, 6, 1), actor=place.actor("township_officer"))
    return Sample({"pk": row.repayments.get().pk}, hidden_from=_BUREAU)


def loan_new(place: Place) -> Sample:
    return Sample({"pk": _paired(place).pk}, refused_to=_BUREAU)


def _training(place: Place):
    return open_training(
        make_area(place.township),
        course="种植",
        organiser="镇政府",
        held_from=date(2018, 5, 1),
        held_to=date(2018, 5, 3),
        hours=24,
        actor=place.actor("township_officer"),
    )


def training(place: Place) -> Sample:
    return Sample({"pk": _training(place).pk}, hidden_from=_BUREAU | {"helper"})


def training_add(place: Place) -> Sample:
    return Sample({"pk": _training(place).pk}, hidden_from=_BUREAU)


def station_share(place: Place) -> Sample:
    return Sample({"pk": _station(place).pk}, hidden_from=_BUREAU)


def trainee(place: Place) -> Sample:
    household, row = _paired(place), _training(place)
    add_trainees(row, [household.head], actor=place.actor("township_officer"))
    return Sample({"pk": row.trainees.get().pk}, hidden_from=_BUREAU)


def job(place: Place) -> Sample:
    household = _paired(place)
    row = record_job(
        household,
        household.head,
        kind="work",
        starts_on=date(2018, 2, 1),
        actor=place.actor("township_officer"),
    )
    return Sample({"pk": row.pk}, hidden_from=_BUREAU)


def _station(place: Place):
    return open_station(
        make_area(place.village),
        kind="village",
        name="村级电站",
        capacity=Decimal(60),
        connected_on=date(2017, 1, 1),
        actor=place.actor("township_officer"),
    )


def station(place: Place) -> Sample:
    return Sample({"pk": _station(place).pk}, hidden_from=_BUREAU | {"helper"})


def share(place: Place) -> Sample:
    row = add_share(
        _station(place), _paired(place), since=date(2017, 2, 1), actor=place.actor("township_officer")
    )
    return Sample({"pk": row.pk}, hidden_from=_BUREAU)


SAMPLES = {
    "households:household-policies": home,
    "households:benefit-choose": home,
    "households:benefit-record": to_record,
    "households:benefit-reverse": to_reverse,
    # Income is nobody's sector.
    "households:benefit-flow": lambda place: Sample(refused_to=_BUREAU, everywhere=True),
    "households:benefit-answer": asked,
    "households:benefit-list": listed,
    "households:policy": policy,
    "households:policy-edit": draft(),
    "households:policy-condition": draft(kind="dibao"),
    "households:policy-condition-remove": draft(place=0),
    "households:policy-act": draft(act="withdraw"),
    "households:loan": loan,
    "households:loan-act": loan_act,
    "households:loan-new": loan_new,
    "households:repayment-reverse": repayment,
    "households:job-withdraw": job,
    "households:trainee-withdraw": trainee,
    "households:solar-connect": station_share,
    "households:solar-correct": station_share,
    "households:solar-withdraw": station_share,
    "households:solar-unshare": share,
    "households:training": training,
    "households:training-add": training_add,
    "households:trainee-result": trainee,
    "households:job-new": loan_new,
    "households:job-end": job,
    "households:solar-station": station,
    "households:solar-share": station_share,
    "households:solar-end": share,
    "api:policy-detail": policy,
    "api:benefit-detail": received,
    "api:loan-detail": loan,
    "api:trainee-detail": trainee,
    "api:employment-detail": job,
    "households:employment-persons": lambda place: Sample({"what": "employed"}, everywhere=True),
    "households:solar-homes": lambda place: Sample({"kind": "village"}, everywhere=True),
    "households:employment-list": lambda place: Sample({"what": "none"}, everywhere=True),
}
