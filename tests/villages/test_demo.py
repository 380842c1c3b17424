"""The villages of the demo county: one that waits for every account, through the services that the pages use."""

import pytest
from django.db import transaction
from django.utils import timezone

from households.demo.county import load_county
from households.helping.demo import tell_of_helping
from households.models import CadreTraining, Responsibility
from poverty.accounts.models import User
from poverty.review.services import available
from villages.demo.agreements import tell_of_agreements
from villages.demo.county import tell_of_villages
from villages.demo.evaluations import tell_of_evaluations
from villages.demo.papers import tell_of_papers
from villages.demo.plan import EXITS
from villages.demo.posts import ENDED_TERM, SMALL_TEAM, WITHOUT_TECHNICIAN, tell_of_posts
from villages.demo.workrooms import UNFUNDED, WITHOUT, tell_of_workrooms
from villages.enterprises.standing import without_agreement
from villages.evaluations.due import latest_period, lines
from villages.models import (
    AgreementResult,
    Certificate,
    EnterpriseAgreement,
    Evaluation,
    ExitCase,
    Village,
    VillageAssessment,
    VillagePost,
    VillageYear,
)
from villages.posts.standing import standings
from villages.services.assess import assess_villages
from villages.workrooms.standing import standings as workrooms

pytestmark = pytest.mark.django_db
TEAMS = (tell_of_workrooms, tell_of_agreements, tell_of_evaluations)


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo county with its villages, loaded once for this module and taken back at its end."""
    from django.conf import settings

    kept, settings.FILES_ROOT = settings.FILES_ROOT, tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), transaction.atomic():
        load_county()
        told = tell_of_villages()
        for chapter in (tell_of_helping, tell_of_posts, tell_of_papers, *TEAMS):
            chapter()
        yield told
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


def test_every_village_has_its_five_but_one(county):
    villages = Village.objects.filter(posts__isnull=False).distinct().select_related("area")
    found = standings(villages)
    assert len(found) == 19
    assert {row.village.area_id: [one.key for one in row.empty] for row in found if row.empty} == {
        WITHOUT_TECHNICIAN: ["technician"]
    }
    assert {row.village.area_id for row in found if row.warnings} == {SMALL_TEAM, ENDED_TERM[0]}


def test_the_26_leaders_and_52_units_stand_in_the_villages(county):
    rows = VillagePost.objects.open_on()
    assert rows.filter(post__in=("leader", "coleader")).values("person").distinct().count() == 26
    assert rows.filter(post__in=("unit", "partner")).values("unit").distinct().count() == 52


def test_papers_are_signed_but_some_and_some_are_missing(county):
    agreements = Responsibility.objects.filter(kind="agreement")
    assert agreements.count() == 233 - 233 // 29
    assert 0 < agreements.unsigned().count() < 30
    assert not Responsibility.objects.signed().filter(scan=None).exists()
    assert Responsibility.objects.filter(kind="double").count() == 26 + 52 - 2
    assert [CadreTraining.objects.filter(closed_at__isnull=one).count() for one in (True, False)] == [1, 1]


def test_told_again_nothing_is_doubled(county):
    before = (Responsibility.objects.count(), VillagePost.objects.count(), Evaluation.objects.count())
    for chapter in (tell_of_helping, tell_of_posts, tell_of_papers, *TEAMS):
        assert "没有再载入" in chapter()
    after = (Responsibility.objects.count(), VillagePost.objects.count(), Evaluation.objects.count())
    assert after == before


def test_one_poor_village_has_no_workroom_and_one_no_money_of_the_year(county):
    villages = Village.objects.exclude(status="").select_related("area")
    found = workrooms(villages, 2018)
    assert {row.village.area_id: row.lacking for row in found if row.lacking} == {
        WITHOUT: ["工作室"],
        UNFUNDED: ["本年经费"],
    }
    assert all(len(row.staff) >= 2 for row in found if row.workroom)


def test_two_enterprises_have_agreements_and_one_has_none(county):
    assert EnterpriseAgreement.objects.open_on().count() == 2
    assert without_agreement(VillagePost.objects.all()).count() == 1
    assert AgreementResult.objects.get().year == 2018


def test_most_of_the_teams_were_assessed_last_quarter(county):
    year, period = latest_period(timezone.localdate())
    people, teams = lines(["220503"], year, period), lines(["220503"], year, period, teams=True)
    done = [row for row in [*people, *teams] if row.evaluation]
    assert len(teams) == 19
    assert 0 < len(people) + len(teams) - len(done) <= (len(people) + len(teams)) // 6
    assert len(done) == Evaluation.objects.count()
