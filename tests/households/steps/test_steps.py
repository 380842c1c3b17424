"""工作步骤: a county defines them, households go through them in order; no verdict reads any of it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.models import Assessment, Household, StepDone, StepMethod
from households.services.assess import judge_households
from households.steps.models import key_of
from households.steps.services import Noted, note_step, set_method, take_back_step
from households.steps.standing import figures, lines_of, position_in, position_of, standing_at
from poverty.accounts.models import Role, User
from poverty.audit.models import Entry
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from poverty.review.errors import ChangedMeanwhile
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard
from tests.factories.steps import LABELS, make_done, make_method
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db
OTHER = "220503101200"
MAY, JUNE, JULY = date(2018, 5, 1), date(2018, 6, 1), date(2018, 7, 1)
FIRST, SECOND, THIRD = (key_of(one) for one in LABELS)
PAPER = {"year_from": 2018, "name": "三步法", "labels": LABELS, "document": "二扶发3号"}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def method(db):
    return make_method()


@pytest.fixture
def home(db):
    return make_household(VILLAGE_A)


def told_why(noted: Noted) -> dict[str, str]:
    return {home.head_name: why for home, why in noted.refused}


class TestMethods:
    def test_nothing_comes_with_the_system(self):
        assert StepMethod.objects.in_force(VILLAGE_A, 2018) is None

    def test_a_county_defines_it_from_a_year_on(self, county_reviewer):
        row = set_method(COUNTY_A, **PAPER, actor=county_reviewer)
        assert [(one.number, one.label) for one in row.steps] == [(1, "看一看"), (2, "议一议"), (3, "办一办")]
        assert StepMethod.objects.in_force(VILLAGE_A, 2019) == row
        assert StepMethod.objects.in_force(VILLAGE_A, 2017) is None
        assert StepMethod.objects.in_force("140212", 2018) is None
        assert set_method(COUNTY_A, **PAPER, actor=county_reviewer) == row, "sent twice"
        entry = Entry.objects.get(action="households.step.define")
        assert entry.summary == "2018年度起的三步法，3 步，二扶发3号"

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"labels": ["只有一步"]}, "labels"),
            ({"labels": [f"第{number}" for number in range(13)]}, "labels"),
            ({"labels": ["看一看", "看一看 "]}, "labels"),
            ({"labels": ["看一看", " "]}, "labels"),
            ({"labels": ["看一看", "长" * 41]}, "labels"),
            ({"name": " "}, "name"),
            ({"document": ""}, "document"),
            ({"year_from": 2013}, "year_from"),
        ],
    )
    def test_what_is_refused(self, county_reviewer, changed, field):
        assert list(refused(set_method, COUNTY_A, **{**PAPER, **changed}, actor=county_reviewer)) == [field]

    def test_by_whom(self, township_officer, village_clerk, stranger):
        for actor in (township_officer, village_clerk, stranger("county_reviewer")):
            with pytest.raises(PermissionDenied):
                set_method(COUNTY_A, **PAPER, actor=actor)

    def test_one_in_use_is_replaced_from_a_later_year_only(self, home, county_reviewer, village_clerk):
        set_method(COUNTY_A, **PAPER, actor=county_reviewer)
        four = {**PAPER, "labels": [*LABELS, "查一查"]}
        second = set_method(COUNTY_A, **four, actor=county_reviewer)
        assert StepMethod.objects.in_force(COUNTY_A, 2018) == second, "nothing was noted by the first"
        note_step([home.pk], FIRST, year=2018, done_on=MAY, actor=village_clerk)
        told = refused(set_method, COUNTY_A, **PAPER, actor=county_reviewer)
        assert "已有户登记步骤" in told["year_from"][0]
        later = set_method(
            COUNTY_A, **{**PAPER, "year_from": 2019, "labels": ["看一看", "查一查"]}, actor=county_reviewer
        )
        assert position_in(lines_of(home, later, 2019)) == 1, "the same words stay done"
        take_back_step(StepDone.objects.get(), reason="登错", actor=village_clerk)
        assert set_method(COUNTY_A, **PAPER, actor=county_reviewer).pk

    def test_years_of_which_steps_are_noted_are_not_defined_anew(self, method, home, county_reviewer):
        """By the version of 2018 a step was noted in 2018: nothing from 2018 or earlier, from 2019 on it may."""
        make_done(home, method, on=date(2018, 5, 1))
        for year in (2014, 2017, 2018):
            told = refused(
                set_method, COUNTY_A, **{**PAPER, "year_from": year, "name": "新法"}, actor=county_reviewer
            )
            assert told["year_from"] == ["2018年度已有户登记步骤，不再改动，请从2019年度或以后起。"]
        assert set_method(COUNTY_A, **{**PAPER, "year_from": 2019, "name": "新法"}, actor=county_reviewer).pk

    def test_raw_sql_defines_no_year_anew_either(self, home):
        early = make_method(year=2016)
        make_done(home, early, on=date(2018, 5, 1))
        for year in (2015, 2017, 2018):
            with pytest.raises(IntegrityError, match="in use"), transaction.atomic():
                make_method(year=year)
        make_method(year=2019)


class TestNoting:
    def test_several_at_once_and_who_cannot_is_told_why(self, method, village_clerk):
        begun, fresh, late = (make_household(VILLAGE_A, name) for name in ("做过的", "没做的", "晚做的"))
        general = make_household(VILLAGE_A, "一般的", kind="general_rural", status="")
        gone = make_household(VILLAGE_A, "销户的", state="closed", closed_on=date(2018, 9, 1))
        make_done(begun, method)
        make_done(late, method, on=JULY)
        ids = [one.pk for one in (begun, fresh, late, general, gone)]
        noted = note_step(ids, SECOND, year=2018, done_on=JUNE, remark="村里开会", actor=village_clerk)
        assert noted.count == 1
        assert told_why(noted) == {
            "没做的": "第1步“看一看”还没有登记",
            "晚做的": "第1步“看一看”2018-07-01 才完成",
            "一般的": "不是建档立卡户或监测户",
            "销户的": "已销户",
        }
        row = StepDone.objects.get(step=SECOND)
        assert (row.household, row.done_on, row.remark) == (begun, JUNE, "村里开会")
        entry = Entry.objects.get(action="households.step.note")
        assert (entry.case_id, entry.summary) == (begun.pk, "三步法第2步“议一议”，2018-06-01完成")

    def test_the_same_page_twice_counts_once_and_somebody_elses_is_told(
        self, method, home, village_clerk, township_officer
    ):
        given = {"year": 2018, "done_on": MAY}
        for _ in range(2):
            noted = note_step([home.pk], FIRST, **given, actor=village_clerk)
            assert (noted.count, noted.refused) == (1, [])
        noted = note_step([home.pk], FIRST, **given, actor=township_officer)
        assert noted.count == 0
        assert "已登记 2018-05-01 完成" in told_why(noted)["王建国"]
        assert StepDone.objects.count() == Entry.objects.filter(action="households.step.note").count() == 1

    def test_what_is_refused(self, method, home, village_clerk):
        give = {"year": 2018, "done_on": MAY, "actor": village_clerk}
        assert list(refused(note_step, [], FIRST, **give)) == ["households"]
        assert list(refused(note_step, range(1, 300), FIRST, **give)) == ["households"]
        assert list(refused(note_step, [home.pk], "x", **give)) == ["step"]
        assert list(refused(note_step, [home.pk], FIRST, **{**give, "year": 2017})) == ["step"]
        future = {**give, "done_on": date(2018, 11, 1)}
        assert list(refused(note_step, [home.pk], FIRST, **future)) == ["done_on"]

    def test_a_day_after_the_year_belongs_to_a_later_year(self, method, home, village_clerk, time_machine):
        time_machine.move_to("2019-03-10 09:00 +08:00", tick=False)
        give = {"done_on": date(2019, 3, 1), "actor": village_clerk}
        assert list(refused(note_step, [home.pk], FIRST, year=2018, **give)) == ["done_on"]
        note_step([home.pk], FIRST, year=2019, **give)
        assert position_in(lines_of(home, method, 2018)) == 0, "not by the end of 2018"
        assert position_in(lines_of(home, method, 2019)) == 1

    def test_by_whom(self, method, home, helper, village_clerk, county_reviewer, leader, stranger):
        for actor in (helper, leader, county_reviewer, stranger("village_clerk")):
            with pytest.raises(PermissionDenied):
                note_step([home.pk], FIRST, year=2018, done_on=MAY, actor=actor)
        far = make_household(OTHER)
        with pytest.raises(PermissionDenied):
            note_step([home.pk, far.pk], FIRST, year=2018, done_on=MAY, actor=village_clerk)
        assert not StepDone.objects.exists(), "not one of them"
        make_pairing(home, helper)
        assert note_step([home.pk], FIRST, year=2018, done_on=MAY, actor=helper).count == 1

    def test_taken_back_the_last_one_first(self, method, home, village_clerk, helper):
        last = make_done(home, method, 2)
        first = StepDone.objects.get(step=FIRST)
        assert (
            "后面的“议一议”已登记" in refused(take_back_step, first, reason="x", actor=village_clerk)[""][0]
        )
        assert list(refused(take_back_step, last, reason=" ", actor=village_clerk)) == ["reason"]
        with pytest.raises(PermissionDenied):
            take_back_step(last, reason="没开会", actor=helper)
        take_back_step(last, reason="没开会", actor=village_clerk)
        with pytest.raises(ChangedMeanwhile):
            take_back_step(last, reason="没开会", actor=village_clerk)
        assert position_in(lines_of(home, method, 2018)) == 1
        assert note_step([home.pk], SECOND, year=2018, done_on=JUNE, actor=village_clerk).count == 1
        take_back_step(StepDone.objects.standing().get(step=SECOND), reason="x", actor=village_clerk)
        assert take_back_step(first, reason="登错户", actor=village_clerk).withdrawn_at

    def test_a_step_put_in_between_is_noted_later_within_its_days(self, method, home, village_clerk):
        make_done(home, method, 2)
        wider = make_method(labels=("看一看", "问一问", "议一议"), year=2019)
        assert position_in(lines_of(home, wider, 2019)) == 1
        between = key_of("问一问")
        noted = note_step([home.pk], between, year=2019, done_on=JULY, actor=village_clerk)
        assert told_why(noted) == {"王建国": "第3步“议一议”2018-06-01 已完成，日期不能晚于该日"}
        note_step([home.pk], between, year=2019, done_on=date(2018, 5, 20), actor=village_clerk)
        assert position_in(lines_of(home, wider, 2019)) == 3


class TestDatabase:
    def test_a_method_stays(self, method):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            StepMethod.objects.filter(pk=method.pk).update(name="别的")
        for labels in (["一"], ["一", "一"], ["一", ""]):
            with pytest.raises(IntegrityError, match="2 to 12 different ones"), transaction.atomic():
                make_method(labels=labels)

    def test_one_in_use_is_not_replaced(self, method, home):
        make_done(home, method)
        with pytest.raises(IntegrityError, match="are in use"), transaction.atomic():
            make_method(labels=("另一步", "再一步"))

    def test_steps_go_in_order(self, method, home):
        def write(step, on):
            with transaction.atomic():
                StepDone.objects.create(
                    household=home, method=method, step=step, done_on=on, recorded_by=method.recorded_by
                )

        with pytest.raises(IntegrityError, match="no such step"):
            write("x", MAY)
        with pytest.raises(IntegrityError, match="go in order"):
            write(SECOND, JUNE)
        write(FIRST, JUNE)
        with pytest.raises(IntegrityError, match="go in order"):
            write(SECOND, MAY)
        with pytest.raises(IntegrityError, match="a_step_is_done_once"):
            write(FIRST, JUNE)
        write(SECOND, JUNE)
        rows = StepDone.objects.filter(step=FIRST)
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            rows.update(done_on=MAY)
        with pytest.raises(IntegrityError, match="later steps"), transaction.atomic():
            rows.update(
                withdrawn_at="2018-10-10T00:00Z", withdrawn_by=method.recorded_by, withdrawn_reason="x"
            )


class TestStanding:
    @pytest.fixture
    def homes(self, method):
        """Not begun; one step; finished, of another township."""
        fresh, begun = make_household(VILLAGE_A, "没做的"), make_household(VILLAGE_A, "做过的")
        done = make_household(OTHER, "做完的")
        make_household(VILLAGE_A, "一般的", kind="general_rural", status="")
        make_done(begun, method)
        make_done(done, method, 3)
        return fresh, begun, done

    @pytest.mark.parametrize(("mask", "position"), [(0, 0), (0b1, 1), (0b111, 3), (0b110, 0), (0b1011, 2)])
    def test_the_first_gap_counts(self, mask, position):
        assert position_of(mask) == position

    def test_figures_add_up_and_lists_agree(self, homes, method):
        places, total = figures(Household.objects.all(), COUNTY_A, method, 2018)
        assert [(one.code, one.counts) for one in places] == [
            ("220503100", (1, 1, 0, 0)),
            ("220503101", (0, 0, 0, 1)),
        ]
        assert (total.counts, total.total) == ((1, 1, 0, 1), 3)
        for done, count in enumerate(total.counts):
            assert standing_at(Household.objects.all(), method, 2018, done).count() == count
        assert standing_at(Household.objects.all(), method, 2018, 1).get() == homes[1]

    def test_a_gap_is_told_as_one(self, homes, method, village_clerk):
        wider = make_method(labels=("问一问", *LABELS), year=2019)
        assert figures(Household.objects.all(), COUNTY_A, wider, 2019)[1].counts == (3, 0, 0, 0, 0)

    def test_no_verdict_reads_it(self, homes, method, village_clerk):
        make_standard()
        judge_households(COUNTY_A, 2018)
        before = list(Assessment.objects.order_by("pk").values_list("verdict", "pk"))
        take_back_step(StepDone.objects.get(household=homes[1]), reason="x", actor=village_clerk)
        judge_households(COUNTY_A, 2018)
        assert list(Assessment.objects.order_by("pk").values_list("verdict", "pk")) == before


class TestPages:
    @pytest.fixture
    def here(self):
        return {"area": COUNTY_A, "year": 2018}

    def test_without_a_method_it_says_who_defines_it(self, home, here, county_reviewer, village_clerk):
        page = client_of(village_clerk).get(reverse("households:steps"), here).content.decode()
        assert "本县还没有规定工作步骤" in page
        url = reverse("households:step-method")
        assert client_of(village_clerk).get(url, here).context["form"] is None
        assert client_of(village_clerk).post(f"{url}?area={COUNTY_A}&year=2018", {}).status_code == 403
        client = client_of(county_reviewer)
        sent = {
            "name": "三步法",
            "year_from": "2018",
            "document": "二扶发3号",
            "labels": "看一看\n\n议一议 \n",
            "county": COUNTY_A,
        }
        assert (
            client.post(f"{url}?area={COUNTY_A}&year=2018", {**sent, "county": "140212"}).status_code == 422
        )
        wrong = client.post(f"{url}?area={COUNTY_A}&year=2018", {**sent, "labels": "看一看"})
        assert wrong.status_code == 422
        assert "须有 2 至 12 步" in wrong.content.decode()
        assert client.post(f"{url}?area={COUNTY_A}&year=2018", sent).status_code == 302
        assert StepMethod.objects.get().labels == ["看一看", "议一议"]
        assert client.get(url, here).status_code == 200

    def test_from_the_figures_to_noting_several(self, method, here, village_clerk, bureau_officer, leader):
        one, two = make_household(VILLAGE_A, "甲"), make_household(VILLAGE_A, "乙")
        client = client_of(village_clerk)
        shown = client.get(reverse("households:steps"), here)
        assert shown.context["total"].counts == (2, 0, 0, 0)
        assert "不影响判定" in shown.content.decode()
        url = reverse("households:step-list", args=[0]) + f"?area={COUNTY_A}&year=2018"
        assert client.post(url, {"done_on": "2018-05-01"}).status_code == 422, "nobody is ticked"
        wrong = client.post(url, {"household": [one.pk], "done_on": "2018-12-01"})
        assert wrong.status_code == 422
        assert [line[4] for line in wrong.context["lines"]] == [True, False], "ticks stay"
        make_done(two, method)
        stale = {"household": [one.pk], "done_on": "2018-05-02"}
        for other in ({"step": SECOND, "of_year": 2018}, {"step": FIRST, "of_year": 2017}, {}):
            assert client.post(url, {**stale, **other}).status_code == 422, "the page showed something else"
        assert client.post(url, {**stale, "household": ["9" * 5000]}).status_code == 422
        sent = {
            "household": [one.pk, two.pk],
            "done_on": "2018-05-02",
            "remark": "入户",
            "step": FIRST,
            "of_year": 2018,
        }
        page = client.post(url, sent, follow=True).content.decode()
        assert "第1步已登记 1 户" in page
        assert "乙户：周录入已登记 2018-05-01 完成" in page
        assert client.post(url, sent).status_code == 302, "pressed twice"
        assert StepDone.objects.count() == 2
        again = client.post(url, {**sent, "household": [two.pk]})
        assert again.status_code == 422
        assert "已登记 2018-05-01 完成" in again.content.decode()
        assert client_of(leader).get(url).context["form"] is None
        assert client_of(leader).post(url, sent).status_code == 403
        limited = client_of(bureau_officer).get(reverse("households:steps"), here).content.decode()
        assert "不属于您的部门" in limited
        far = reverse("households:step-list", args=[9])
        assert client.get(far, here).status_code == 404

    def test_one_household_step_by_step(self, method, home, village_clerk, leader, stranger):
        client, url = (
            client_of(village_clerk),
            reverse("households:step-household", args=[home.pk]) + "?year=2018",
        )
        for number, key in enumerate(method.keys):
            sent = {"step": key, "done_on": f"2018-0{5 + number}-01"}
            assert client.post(url, sent).status_code == 302
            assert client.post(url, sent).status_code == 302, "pressed twice"
        assert StepDone.objects.count() == 3
        shown = client.get(url)
        assert (shown.context["position"], shown.context["following"]) == (3, None)
        last = StepDone.objects.get(step=THIRD)
        back = reverse("households:step-withdraw", args=[last.pk])
        assert client.post(back, {"reason": ""}).status_code == 422
        assert client.post(back, {"reason": "没办"}).status_code == 302
        shown = client.get(url)
        assert [one.pk for one in shown.context["others"]] == [last.pk]
        assert "没办" in shown.content.decode()
        skipped = client.post(url, {"step": THIRD, "done_on": "2018-05-20"})
        assert skipped.status_code == 422
        assert "才完成" in skipped.content.decode()
        assert client_of(leader).get(url).context["form"] is None
        assert client_of(stranger("village_clerk")).get(url).status_code == 404

    def test_the_household_page_and_the_ledger_say_it(self, method, home, village_clerk, county_reviewer):
        make_done(home, method, 2)
        tab = client_of(village_clerk).get(
            reverse("households:detail", args=[home.pk]), {"tab": "help", "year": 2018}
        )
        assert "做到第 2 步，共 3 步" in tab.content.decode()
        question = ask("steps", user=county_reviewer, area_code=COUNTY_A, year=2018)
        headings = [one.heading for one in question.columns]
        [line] = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert (line["工作方法"], line["做到第几步"], line["最后完成的步骤"]) == ("三步法", 2, "议一议")
        assert line["最近完成日期"] == JUNE


@pytest.mark.django_db(transaction=True)
def test_two_note_the_same_step_at_once():
    with transaction.atomic():
        home = make_household(VILLAGE_A)
        make_method()
    people = [make_actor(Role.VILLAGE_CLERK), make_actor(Role.TOWNSHIP_OFFICER)]

    def note(actor):
        actor = User.objects.get(pk=actor.pk)
        return lambda: note_step([home.pk], FIRST, year=2018, done_on=MAY, actor=actor)

    results = at_once(*(note(one) for one in people))
    assert sorted(one.count for one in results) == [0, 1]
    assert StepDone.objects.count() == 1
