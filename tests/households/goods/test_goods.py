"""四个好: read where the year's facts say it, ticked where they do not; beside the verdict; figures that add up."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.goods.figures import line_figures, village_figures
from households.goods.household import current_entry, goods_of
from households.goods.items import REFERENCE, items_for, reading, ticked
from households.goods.services import EnteredMeanwhile, enter_goods, set_items
from households.goods.states import LABELS, listed
from households.models import Assessment, GoodsEntry, GoodsTemplate, Household
from households.options.goods import GOODS, HABITS, HOUSE, LIFE, MANNERS
from households.services.assess import judge_households
from poverty.audit.models import Entry
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories.goods import TICKED, make_goods
from tests.factories.households import close_the_year, make_household, make_member, make_pairing, make_year
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db
OTHER = "220503101200"
SEEN = date(2018, 10, 8)
HABIT, MANNER = TICKED[0], TICKED[3]
AT_WORK = {"labour_skill": "ordinary", "work_months": 10}
IDLE = {"labour_skill": "ordinary", "work_months": 0, "public_post_type": ""}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def standard(db):
    return make_standard()


def judged(*homes):
    judge_households([one.pk for one in homes], 2018)
    return homes[0] if len(homes) == 1 else homes


def states(home) -> dict[str, int]:
    found = goods_of(home, 2018, items_for(home.area_id, 2018), current_entry(home, 2018))
    return {one.key: one.state for one in found}


class TestOneHousehold:
    def test_all_four(self, standard):
        home = judged(make_household(VILLAGE_A, head_facts=AT_WORK))
        make_goods(home)
        assert states(home) == {HOUSE: MET, LIFE: MET, HABITS: MET, MANNERS: MET}

    def test_what_nobody_looked_at_is_not_known(self, standard):
        home = judged(make_household(VILLAGE_A, head_facts=AT_WORK))
        assert states(home) == {HOUSE: MET, LIFE: MET, HABITS: UNKNOWN, MANNERS: UNKNOWN}
        make_goods(home, no=[HABIT], open_=[MANNER])
        assert states(home) == {HOUSE: MET, LIFE: MET, HABITS: UNMET, MANNERS: UNKNOWN}

    def test_a_house_that_is_not_safe(self, standard):
        house = {"dangerous_grade": "d", "is_dangerous_house": True}
        home = judged(make_household(VILLAGE_A, survey=house, head_facts=AT_WORK))
        assert states(home)[HOUSE] == UNMET

    def test_labour_of_whom_nobody_works(self, standard):
        home = judged(make_household(VILLAGE_A, head_facts=IDLE))
        assert states(home)[LIFE] == UNMET

    def test_without_labour_work_holds_nobody_back(self, standard):
        facts = {"labour_skill": "none", "work_months": 0, "receives_dibao": True}
        home = judged(make_household(VILLAGE_A, head_facts=facts))
        assert states(home)[LIFE] == MET

    def test_without_a_verdict_nothing_that_is_read_from_it_is_known(self, standard):
        home = make_household(VILLAGE_A, head_facts=AT_WORK)
        assert states(home)[HOUSE] == UNKNOWN

    def test_it_says_where_each_answer_comes_from(self, standard):
        home = judged(make_household(VILLAGE_A, head_facts=AT_WORK))
        entry = make_goods(home)
        found = goods_of(home, 2018, items_for(VILLAGE_A, 2018), entry)
        assert [
            line.source for good in found for line in good.lines if line.item.key in ("housing", HABIT)
        ] == [
            "本年度判定",
            "周录入勾选 2018-09-20",
        ]

    def test_a_household_that_was_never_poor_is_not_asked(self, standard):
        assert states(make_household(VILLAGE_A, kind="general_rural", status="")) == {}

    def test_no_verdict_moves(self, standard):
        home = judged(make_household(VILLAGE_A, head_facts=AT_WORK))
        before = Assessment.objects.get(household=home).verdict
        make_goods(home, no=TICKED)
        judged(home)
        assert Assessment.objects.get(household=home).verdict == before == MET


class TestEntering:
    def test_a_later_entry_takes_the_place_of_the_earlier(self, village_clerk):
        home = make_household(VILLAGE_A)
        first = enter_goods(
            home, 2018, answers={HABIT: True, MANNER: None}, happened_on=SEEN, actor=village_clerk
        )
        assert first.answers == {HABIT: True}
        enter_goods(home, 2018, answers={HABIT: False}, happened_on=SEEN, actor=village_clerk)
        assert [one.answers for one in GoodsEntry.objects.filter(is_current=True)] == [{HABIT: False}]
        label = next(one.label for one in REFERENCE if one.key == HABIT)
        latest = Entry.objects.filter(action="households.goods.enter").order_by("-pk").first()
        assert latest.changes == {label: ["是", "否"]}

    def test_what_is_refused(self, village_clerk, township_officer, county_reviewer, helper):
        home = make_household(VILLAGE_A)
        for answers, day, field in (
            ({}, SEEN, "__all__"),
            ({"own_unknown": True}, SEEN, "__all__"),
            ({HABIT: True}, date(2018, 11, 1), "happened_on"),
            ({HABIT: True}, date(2017, 11, 1), "happened_on"),
        ):
            with pytest.raises(ValidationError) as caught:
                enter_goods(home, 2018, answers=answers, happened_on=day, actor=village_clerk)
            assert list(caught.value.message_dict) == [field]
        for actor in (county_reviewer, helper):
            with pytest.raises(PermissionDenied):
                enter_goods(home, 2018, answers={HABIT: True}, happened_on=SEEN, actor=actor)
        make_pairing(home, helper)
        assert enter_goods(home, 2018, answers={HABIT: True}, happened_on=SEEN, actor=helper).pk

    def test_a_closed_year_stays_as_it_was_reported(self, village_clerk, county_reviewer):
        home = make_household(VILLAGE_A)
        close_the_year(make_year())
        told = refused(enter_goods, home, 2018, answers={HABIT: True}, happened_on=SEEN, actor=village_clerk)
        assert "2018年度已关闭" in told["year"][0]
        given = {"items": REFERENCE, "document": "通知", "actor": county_reviewer}
        told = refused(set_items, COUNTY_A, year_from=2015, **given)
        assert told == {"year_from": ["2018年度已关闭，项目和结果不再改动，请从2019年度或以后起。"]}
        assert set_items(COUNTY_A, year_from=2019, **given).pk

    def test_a_late_entry_says_why(self, village_clerk):
        home = make_household(VILLAGE_A)
        given = {"answers": {HABIT: True}, "happened_on": date(2018, 3, 1), "actor": village_clerk}
        assert "late_reason" in refused(enter_goods, home, 2018, **given)
        assert enter_goods(home, 2018, late_reason="核实后集中录入", **given).late_reason == "核实后集中录入"
        assert Entry.objects.get(action="households.goods.enter").summary.endswith("（补录：核实后集中录入）")

    def test_what_was_seen_earlier_does_not_replace_what_was_seen_later(self, village_clerk):
        home = make_household(VILLAGE_A)
        enter_goods(home, 2018, answers={HABIT: True}, happened_on=SEEN, actor=village_clerk)
        told = refused(
            enter_goods,
            home,
            2018,
            answers={HABIT: False},
            happened_on=date(2018, 3, 1),
            late_reason="补",
            actor=village_clerk,
        )
        assert "日期不能早于该日" in told["happened_on"][0]

    def test_two_from_the_same_page_do_not_lose_each_others_half(self, village_clerk, township_officer):
        home = make_household(VILLAGE_A)
        mine = {"answers": {HABIT: True}, "happened_on": SEEN, "seen": 0, "actor": village_clerk}
        first = enter_goods(home, 2018, **mine)
        assert enter_goods(home, 2018, **mine) == first, "sent twice"
        yours = {"answers": {MANNER: True}, "happened_on": SEEN, "actor": township_officer}
        with pytest.raises(EnteredMeanwhile, match="没有勾选") as caught:
            enter_goods(home, 2018, seen=0, **yours)
        assert caught.value.entry == first
        assert enter_goods(home, 2018, seen=first.pk, **yours).answers == {MANNER: True}

    def test_the_database_keeps_entries_and_templates(self, county_reviewer):
        entry = make_goods(make_household(VILLAGE_A))
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            GoodsEntry.objects.filter(pk=entry.pk).update(answers={})
        with pytest.raises(IntegrityError, match="one_current_entry"), transaction.atomic():
            make_goods(entry.household)
        other = make_household(VILLAGE_A, "李大山")
        with pytest.raises(IntegrityError, match="goods_were_seen_in_their_year"), transaction.atomic():
            make_goods(other, on=date(2017, 9, 20))
        for answers in ({}, [], {HABIT: "是"}, {HABIT: None}):
            with pytest.raises(IntegrityError, match="answers of the goods"), transaction.atomic():
                make_goods(other, answers=answers)
        row = set_items(COUNTY_A, year_from=2018, items=REFERENCE, document="通知", actor=county_reviewer)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            GoodsTemplate.objects.filter(pk=row.pk).update(document="别的")


class TestTemplates:
    ITEMS = (
        reading(HOUSE, "housing"),
        reading(LIFE, "income"),
        ticked(HABITS, "院子干净"),
        ticked(MANNERS, "邻里和睦"),
    )

    def test_a_county_asks_its_own_from_a_year_on(self, county_reviewer):
        set_items(COUNTY_A, year_from=2018, items=self.ITEMS, document="二扶发1号", actor=county_reviewer)
        assert items_for(VILLAGE_A, 2018).items == self.ITEMS
        assert items_for(VILLAGE_A, 2017).items == REFERENCE
        assert items_for("140212", 2018).items == REFERENCE
        set_items(COUNTY_A, year_from=2018, items=self.ITEMS, document="二扶发1号", actor=county_reviewer)
        assert GoodsTemplate.objects.filter(area_code=COUNTY_A).count() == 1, "pressed twice"
        more = (*self.ITEMS, ticked(MANNERS, "不赌博"))
        set_items(COUNTY_A, year_from=2018, items=more, document="二扶发2号", actor=county_reviewer)
        assert items_for(VILLAGE_A, 2019).items == more, "the last version counts"
        assert more[3].key == self.ITEMS[3].key, "the same words keep their answers"

    def test_what_is_refused(self, county_reviewer, township_officer):
        with pytest.raises(PermissionDenied):
            set_items(COUNTY_A, year_from=2018, items=self.ITEMS, document="x", actor=township_officer)
        for items, field in ((self.ITEMS[:3], MANNERS), ((*self.ITEMS, self.ITEMS[0]), "__all__")):
            with pytest.raises(ValidationError) as caught:
                set_items(COUNTY_A, year_from=2018, items=items, document="x", actor=county_reviewer)
            assert list(caught.value.message_dict) == [field]


class TestFigures:
    @pytest.fixture
    def homes(self, standard):
        """Of one township: everything; a dangerous house and nobody at work. Of another: nothing known of the goods."""
        whole = make_household(VILLAGE_A, "都好的", head_facts=AT_WORK)
        poor = make_household(
            VILLAGE_A,
            "差的",
            survey={"dangerous_grade": "d", "is_dangerous_house": True, "wage_income": Decimal("1000")},
            head_facts=IDLE,
        )
        make_member(
            poor,
            "辍学的",
            birth_date=date(2006, 3, 1),
            facts={"school_status": "not_at_school", "work_months": 0, "labour_skill": "none"},
        )
        far = make_household(OTHER, "远的", head_facts=AT_WORK)
        judged(whole, poor, far)
        make_goods(whole)
        make_goods(poor)
        return whole, poor, far

    def test_four_lines_add_up_and_lists_agree(self, homes):
        rows, items = Household.objects.all(), items_for(COUNTY_A, 2018)
        places, total = line_figures(rows, COUNTY_A, 2018, items)
        assert [(one.code, one.total) for one in places] == [("220503100", 2), ("220503101", 1)]
        for key in [*LABELS, *GOODS.keys]:
            parts = [one.parts[key] for one in places]
            assert sum(one.asked for one in parts) == total.parts[key].asked == 3
            for state, name in ((MET, "met"), (UNMET, "unmet"), (UNKNOWN, "unknown")):
                number = listed(rows, 2018, items, key, state).count()
                assert number == getattr(total.parts[key], name), (key, name)
        told = {key: (one.met, one.unmet, one.unknown) for key, one in total.parts.items()}
        assert told["guarantees"] == (2, 1, 0)
        assert told["haves"] == (3, 0, 0)
        assert told["goods"] == (1, 1, 1)
        assert told[HABITS] == (2, 0, 1)
        assert told[HOUSE] == (2, 1, 0)

    def test_a_village_is_whole_at_100_percent_only(self, homes):
        places, total = village_figures(Household.objects.all(), COUNTY_A, 2018)
        found = {one.code: one for one in places}
        assert (found[OTHER].is_whole, found[VILLAGE_A].is_whole) == (True, False)
        own = found[VILLAGE_A].parts
        assert (own["housing"].rate, own["at_work"].rate, own["medical"].rate) == ("50%", "50%", "100%")
        # One family has a child of school age; the others are not asked.
        assert (own["education"].asked, own["education"].unmet) == (1, 1)
        assert found[OTHER].parts["education"].asked == 0
        assert total.parts["housing"].asked == 3
        behind = listed(Household.objects.all(), 2018, items_for(COUNTY_A, 2018), "housing", UNMET)
        assert [one.head_name for one in behind] == ["差的"]

    def test_pages_ledger_and_api(self, homes, county_reviewer, bureau_officer, village_clerk):
        client, here = client_of(county_reviewer), {"area": COUNTY_A, "year": 2018}
        for tab in ("lines", "goods", "villages"):
            shown = client.get(reverse("households:goods"), {**here, "tab": tab})
            assert shown.context["total"].total == 3
            assert all(f"area={COUNTY_A}&year=2018" in url for _, url, _, _ in shown.context["tabs"])
        assert client.get(reverse("households:goods"), {**here, "tab": "x"}).status_code == 404
        url = reverse("households:goods-list", args=["goods", "unmet"])
        assert [one.head_name for one, _ in client.get(url, here).context["lines"]] == ["差的"]
        assert (
            client.get(reverse("households:goods-list", args=["verdict", "unmet"]), here).status_code == 404
        )
        limited = client_of(bureau_officer).get(reverse("households:goods"), here)
        assert "不属于您的部门" in limited.content.decode()
        assert client_of(bureau_officer).get(url, here).context["lines"] == []
        question = ask("goods", user=county_reviewer, area_code=COUNTY_A, year=2018)
        headings = [one.heading for one in question.columns]
        lines = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert sorted((one["户主姓名"], one["四个好"]) for one in lines) == [
            ("差的", "未达标"),
            ("远的", "待核实"),
            ("都好的", "达标"),
        ]
        told = client_of(village_clerk).get("/api/v1/goods-entries/?current=true&year=2018").json()["results"]
        assert {one["household"] for one in told} == {homes[0].pk, homes[1].pk}
        assert client_of(bureau_officer).get("/api/v1/goods-entries/").json()["results"] == []

    def test_ticking_on_the_page(self, homes, village_clerk, leader):
        far = homes[0]
        url = reverse("households:goods-household", args=[far.pk]) + "?year=2018"
        client = client_of(village_clerk)
        assert client.get(url).context["form"][HABIT].initial is True, "what was ticked before"
        sent = {HABIT: "false", "happened_on": "2018-10-09", "remark": "院里乱"}
        assert client.post(url, {**sent, "happened_on": ""}).status_code == 422
        shown = client.get(url).context["form"].initial["seen"]
        assert client.post(url, {**sent, "seen": shown}).status_code == 302
        assert states(far)[HABITS] == UNMET
        late = client.post(url, {HABIT: "true", "happened_on": "2018-10-09", "seen": shown})
        assert late.status_code == 422, "somebody entered since"
        again = late.context["form"]["seen"].value()
        assert (
            client.post(url, {HABIT: "true", "happened_on": "2018-10-09", "seen": again}).status_code == 302
        )
        assert client_of(leader).get(url).context["form"] is None
        assert client_of(leader).post(url, sent).status_code == 403

    def test_the_county_says_what_is_asked_on_the_page(self, homes, county_reviewer, village_clerk):
        url = reverse("households:goods-items")
        client = client_of(county_reviewer)
        assert client.get(url, {"area": COUNTY_A, "year": 2018}).status_code == 200
        sent = {
            "year_from": "2018",
            "document": "二扶发1号",
            "house_read": ["housing"],
            "house": "",
            "life_read": ["income"],
            "life": "",
            "habits": "院子干净\n院子干净\n",
            "manners": "",
            "county": COUNTY_A,
        }
        other = client.post(
            f"{url}?area={COUNTY_A}&year=2018", {**sent, "manners": "邻里和睦", "county": "140212"}
        )
        assert other.status_code == 422, "the page was about another county"
        assert "换了区划" in other.content.decode()
        assert client.post(f"{url}?area={COUNTY_A}&year=2018", sent).status_code == 422
        assert (
            client.post(f"{url}?area={COUNTY_A}&year=2018", {**sent, "manners": "邻里和睦"}).status_code
            == 302
        )
        assert [one.label for one in items_for(COUNTY_A, 2018).to_tick()] == ["院子干净", "邻里和睦"]
        assert client_of(village_clerk).post(url, sent).status_code == 403

    def test_the_household_page_says_it_too(self, homes, village_clerk):
        tab = client_of(village_clerk).get(
            reverse("households:detail", args=[homes[0].pk]), {"tab": "help", "year": 2018}
        )
        assert "不影响判定" in tab.content.decode()
