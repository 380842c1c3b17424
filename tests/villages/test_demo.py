"""The villages of the demo county: one that waits for every account, through the services that the pages use."""

import pytest
from django.db import transaction

from households.demo.county import load_county
from poverty.accounts.models import User
from poverty.review.services import available
from villages.demo.county import tell_of_villages
from villages.demo.plan import EXITS
from villages.models import Certificate, ExitCase, Village, VillageAssessment, VillageYear
from villages.services.assess import assess_villages

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo county with its villages, loaded once for this module and taken back at its end."""
    from django.conf import settings

    kept, settings.FILES_ROOT = settings.FILES_ROOT, tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), transaction.atomic():
        load_county()
        yield tell_of_villages()
        transaction.set_rollback(True)
    settings.FILES_ROOT = kept


def test_every_village_of_the_county_has_its_file_and_year(county):
    assert Village.objects.count() >= 19
    assert VillageYear.objects.filter(year=2018).count() == 19
    assert VillageAssessment.objects.filter(year=2018).count() == 19
    assert assess_villages("220503", 2018).written == 0


def test_exits_wait_at_every_step(county):
    states = dict(ExitCase.objects.values_list("village__area_id", "state"))
    expected = {"faulty": "planned", "posted": "reviewed"}
    assert states == {code: expected.get(until, until) for code, until in EXITS.items()}


def test_two_villages_have_exited(county):
    exited = Village.objects.filter(status="exited").order_by("area_id")
    assert list(exited.values_list("area_id", "exit_year")) == [
        ("220503200201", 2018),
        ("220503200203", 2017),
    ]


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("xiangzhen", "220503101200"),
        ("xianban", "220503102202"),
        ("xianban2", "220503100200"),
    ],
)
def test_a_village_waits_for_the_demo_accounts(county, username, code):
    case = ExitCase.objects.select_related("village").get(village__area_id=code)
    acts = {one.transition.name: one.why_not for one in available(case, User.objects.get(username=username))}
    step = {"selfchecked": "review_village", "reviewed": "check_village", "checked": "accept_village"}[
        case.state
    ]
    assert "由他人" not in acts[step]
    assert "权限" not in acts[step]


def test_the_education_bureau_has_one_to_certify(county):
    case = ExitCase.objects.get(village__area_id="220503101203")
    assert not Certificate.objects.filter(case=case, sector="education").exists()


def test_one_village_is_met_only_after_this_batch(county):
    result = VillageAssessment.objects.get(village__area_id="220503102202")
    assert (result.verdict, result.verdict_after) == (0, 2)


def test_told_twice_nothing_is_written_twice(county):
    before = ExitCase.objects.count()
    assert "没有再载入" in tell_of_villages()
    assert ExitCase.objects.count() == before
