"""The effect of a draft before it is published, publishing it by a second person, and the judging that follows."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from households.models import Assessment, AssessmentRun
from households.services import preview as previewing
from households.services.assess import assess
from households.services.preview import preview
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.jobs.models import Job
from poverty.jobs.services import running
from poverty.standards.models import Standard
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_year
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged():
    """Two households judged by 3,535 yuan: 李秀英 with 4,100 a head, 王建国 with 12,000."""
    make_standard(rows={"income": "3535"})
    poor = make_household(head="李秀英", survey={"wage_income": Decimal(2100)})  # 2100 + 3000 + 500 - 1500
    rich = make_household(head="王建国")
    assess("220503", 2018, trigger="command")
    return poor, rich


# --- the effect -------------------------------------------------------------------------------------------


def test_a_higher_line_names_the_households_that_would_become_unmet(county_reviewer, judged):
    poor, _ = judged
    draft = make_standard(rows={"income": "4100"}, status="draft")

    effect = preview(draft, actor=county_reviewer)

    assert (effect.total, effect.changed) == (2, 1)
    assert effect.sentences == ["1 户将变为未达标（现为达标）"]
    assert effect.by_indicator == [("人均纯收入", 1)]
    [shown] = effect.households
    assert (shown["household_id"], shown["area_name"]) == (poor.pk, "鸭园镇区划220503100204")
    assert (shown["before"], shown["after"], shown["income"]) == (2, 0, Decimal("4100.00"))
    assert shown["failing"] == [("人均纯收入", 0)]
    assert set(Assessment.objects.values_list("verdict", flat=True)) == {2}, "a preview stores nothing"
    entry = Entry.objects.get(action="standards.standard.preview")
    assert entry.actor == county_reviewer
    assert entry.summary == "预览影响：2 户中 1 户结论将变化，1 户将变为未达标（现为达标）"


def test_what_the_preview_says_is_what_publishing_does(county_reviewer, judged):
    make_household("220503200200", head="赵六", survey={"food_ok": None})
    make_household(head="孙七", survey={"food_ok": False})
    draft = make_standard("220503100", rows={"income": "4100", "food": None}, status="draft")
    effect = preview(draft, actor=county_reviewer)
    assert (effect.total, effect.counts) == (3, {(2, 0): 1, (None, 0): 1})
    assert effect.indicator_counts == {"income": 1, "food": 1}

    make_standard("220503100", rows={"income": "4100", "food": None})
    run = assess("220503", 2018, trigger="publish")
    changes = run.changes.values_list("verdict_before", "verdict_after")
    # 王建国 stays met, with food as a new indicator; the first verdict of 孙七 is no change.
    assert sorted(changes) == [(2, 0), (2, 2)]
    assert Assessment.objects.get(household__head_name="孙七").verdict == 0


def test_a_more_specific_standard_keeps_its_places(county_reviewer):
    make_standard(rows={"income": "3535"})
    make_standard("220503100", rows={"income": "3535"})
    make_household()  # in 鸭园镇, which has its own
    make_household("220503101200", head="赵六")
    draft = make_standard(rows={"income": "99999"}, status="draft")

    assert preview(draft, actor=county_reviewer).total == 1


def test_the_worst_come_first_and_only_so_many(county_reviewer, judged, monkeypatch):
    make_household(head="赵六", survey={"wage_income": None})
    draft = make_standard(rows={"income": "4100"}, status="draft")
    monkeypatch.setattr(previewing, "SHOWN", 1)
    effect = preview(draft, actor=county_reviewer)
    assert effect.sentences == ["1 户将变为未达标（现为达标）", "1 户将变为待核实（现为未判定）"]
    assert [one["head_name"] for one in effect.households] == ["李秀英"]


def test_a_household_left_out_is_not_counted(county_reviewer, judged):
    household = make_household(head="赵六")
    household.memberships.update(relation="parent")
    draft = make_standard(rows={"income": "99999"}, status="draft")
    assert preview(draft, actor=county_reviewer).total == 2


def test_who_may_look(stranger, township_officer, bureau_officer, leader, judged):
    draft = make_standard(rows={"income": "4100"}, status="draft")
    for user in (stranger("county_reviewer"), township_officer, bureau_officer, leader):
        with pytest.raises(PermissionDenied):
            preview(draft, actor=user)
    assert not Entry.objects.filter(action="standards.standard.preview").exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"rows": {"income": None}}, "还没有填标准值：人均纯收入"),
        ({"rows": {}}, "还没有任何指标"),
        ({"rows": {"income": "3535"}, "year": 2019}, "2019年度没有开启"),
        ({"rows": {"incidence": "2"}, "subject": "village"}, "对象不是户"),
    ],
)
def test_a_draft_that_nothing_can_be_judged_by_says_what_is_missing(county_reviewer, judged, fields, message):
    draft = make_standard(**{"year": 2018, **fields}, status="draft")
    with pytest.raises(ValidationError, match=message):
        preview(draft, actor=county_reviewer)
    page = client_of(county_reviewer).get(reverse("households:standard-preview", args=[draft.pk]))
    assert page.status_code == 200
    assert message in page.content.decode()


# --- pages, by two people ---------------------------------------------------------------------------------


@pytest.fixture
def drafter(judged):
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


@pytest.fixture
def draft(drafter, judged):
    """A correction of the published standard with a higher line, drafted by one person."""
    current = Standard.objects.get()
    return make_standard(
        rows={"income": "4100"}, status="draft", drafted_by=drafter, corrects=current, version=2
    )


def test_the_publishing_page_leads_to_the_effect_and_the_publishing(county_reviewer, draft):
    page = client_of(county_reviewer).get(reverse("standards:publish", args=[draft.pk])).content.decode()
    assert f'hx-get="/households/standards/{draft.pk}/preview/"' in page
    assert f'action="/households/standards/{draft.pk}/publish/"' in page


def test_the_effect_as_a_part_and_as_a_page(county_reviewer, draft, judged):
    client = client_of(county_reviewer)
    address = reverse("households:standard-preview", args=[draft.pk])
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(address).content.decode()
    assert "<html" not in part
    assert "<html" in whole
    for page in (part, whole):
        assert "1 户将变为未达标（现为达标）" in page
        assert f'href="/households/{judged[0].pk}/?year=2018"' in page
        assert f'href="/households/{judged[1].pk}/' not in page
    assert Entry.objects.filter(action="standards.standard.preview").count() == 2


def test_the_drafter_may_look_but_not_publish(drafter, draft):
    client = client_of(drafter)
    assert client.get(reverse("households:standard-preview", args=[draft.pk])).status_code == 200
    response = client.post(reverse("households:standard-publish", args=[draft.pk]), follow=True)
    assert "须由另一人发布" in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert not Job.objects.exists()


def test_a_second_person_publishes_and_everybody_is_judged_again(county_reviewer, draft, judged):
    client = client_of(county_reviewer)
    response = client.post(
        reverse("households:standard-publish", args=[draft.pk]), {"comment": "按省文件"}, follow=True
    )
    assert response.redirect_chain == [(f"/standards/{draft.pk}/", 302)]
    page = response.content.decode()
    assert "标准已发布，1 个县的户正在重新判定。" in page
    judging = reverse("households:standard-judging", args=[draft.pk])
    assert f'hx-get="{judging}"' in page
    [job] = Job.objects.all()
    part = client.get(judging).content.decode()
    assert f"/jobs/{job.pk}/progress/" in part

    running.run(job.pk)

    run = AssessmentRun.objects.get(trigger="publish")
    assert (run.started_by, run.changed, run.job) == (county_reviewer, 1, job)
    assert Assessment.objects.get(household=judged[0]).verdict == 0
    assert reverse("households:run", args=[run.pk]) in client.get(judging).content.decode()


def test_published_meanwhile_by_another_person(county_reviewer, draft):
    other = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    address = reverse("households:standard-publish", args=[draft.pk])
    client_of(other).post(address)
    response = client_of(county_reviewer).post(address, follow=True)
    assert "刚刚被他人处理" in response.content.decode()
    assert Job.objects.count() == 1


def test_without_an_open_year_it_is_published_and_said(county_reviewer, drafter):
    draft = make_standard(year=2019, rows={"income": "3747"}, status="draft", drafted_by=drafter)
    response = client_of(county_reviewer).post(
        reverse("households:standard-publish", args=[draft.pk]), follow=True
    )
    assert "标准已发布；本年度没有开启，暂不判定。" in response.content.decode()
    assert not Job.objects.exists()
    make_year(year=2019)
    page = client_of(county_reviewer).get(reverse("households:standard-judging", args=[draft.pk]))
    assert "发布后还没有判定过" in page.content.decode()


def test_publishing_is_posted(county_reviewer, draft):
    assert (
        client_of(county_reviewer).get(reverse("households:standard-publish", args=[draft.pk])).status_code
        == 405
    )
