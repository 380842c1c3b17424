"""电商带动: what businesses agreed to buy of households and bought; beside the income, never in it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.models import IncomeItem, SaleAgreement, SaleResult, Survey
from households.sales.rows import agreements, paid_in, totals, without_agreement
from households.sales.services import (
    Business,
    Promise,
    add_scan,
    end,
    register,
    set_result,
    withdraw,
    withdraw_result,
)
from households.services.closing import close_household
from poverty.accounts.models import Role, User
from poverty.audit.models import Entry
from poverty.files.models import StoredFile
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from poverty.review.errors import ChangedMeanwhile
from poverty.web.questions import ANSWER, digest
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.factories.files import make_upload, pdf
from tests.factories.households import make_household
from tests.factories.sales import make_result, make_sale
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db
OTHER = "220503101200"
CODE = "1" + "0" * 16 + "Y"
PHONE = "13912345678"
SHOP = Business("山货网店", "online_shop", platform="某商城", shop="山货铺子", contact="赵店主", phone=PHONE)
BERRIES = Promise(
    "蓝莓", "斤", Decimal("12"), date(2018, 3, 1), date(2018, 4, 1), date(2019, 3, 31), Decimal("400")
)
BOUGHT = {"quantity": Decimal("100"), "paid": Decimal("1300")}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def home(db):
    return make_household(VILLAGE_A)


class TestRegistering:
    def test_a_shop_buys_of_a_household(self, home, township_officer):
        row = register(home, SHOP, BERRIES, actor=township_officer)
        assert (row.business, row.price, row.standing_on(date(2018, 10, 10))) == (
            "山货网店",
            Decimal("12"),
            "有效",
        )
        row.refresh_from_db()
        assert (str(row.phone), row.phone.reveal()) == ("139******78", PHONE)
        entry = Entry.objects.get(action="households.sale.add")
        assert (entry.case_id, entry.summary) == (
            home.pk,
            "山货网店收购蓝莓，保护价 12.00 元/斤，2018-04-01至2019-03-31",
        )

    def test_the_business_is_found_by_code_or_shop(self, home, township_officer):
        firm = Business("某公司", "ecommerce", credit_code=CODE[:-1] + "y")
        assert register(home, firm, BERRIES, actor=township_officer).credit_code == CODE
        told = refused(
            register, home, replace(firm, credit_code=CODE[:-1] + "X"), BERRIES, actor=township_officer
        )
        assert told == {"credit_code": ["统一社会信用代码末位校验不符，请对照营业执照核对。"]}
        assert "shop" in refused(
            register, home, replace(firm, credit_code=""), BERRIES, actor=township_officer
        )

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"price": Decimal(0)}, "price"),
            ({"amount": Decimal(0)}, "amount"),
            ({"unit": " "}, "unit"),
            ({"signed_on": date(2018, 11, 1)}, "signed_on"),
            ({"period_to": date(2018, 3, 31)}, "period_to"),
            ({"period_to": date(2090, 3, 31)}, "period_to"),
        ],
    )
    def test_what_is_refused(self, home, township_officer, changed, field):
        told = refused(register, home, SHOP, replace(BERRIES, **changed), actor=township_officer)
        assert list(told) == [field]
        assert not SaleAgreement.objects.exists()

    def test_a_wrong_telephone_and_kind(self, home, township_officer):
        wrong = replace(SHOP, phone="139", kind="bank")
        assert sorted(refused(register, home, wrong, BERRIES, actor=township_officer)) == ["kind", "phone"]

    def test_by_whom(self, home, helper, village_clerk, bureau_officer, stranger):
        for actor in (helper, village_clerk, bureau_officer, stranger("township_officer")):
            with pytest.raises(PermissionDenied):
                register(home, SHOP, BERRIES, actor=actor)
        agriculture = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="agriculture")
        assert register(home, SHOP, BERRIES, actor=agriculture).pk

    def test_the_same_form_twice_counts_once(self, home, township_officer):
        given = {"actor": township_officer, "identity": uuid4()}
        row = register(home, SHOP, BERRIES, **given)
        assert register(home, SHOP, BERRIES, **given) == row
        told = refused(register, home, SHOP, replace(BERRIES, product="木耳"), **given)
        assert "已经登记过" in told[""][0]
        for phone in ("", "13912345679"):
            told = refused(register, home, replace(SHOP, phone=phone), BERRIES, **given)
            assert "已经登记过" in told[""][0]
        told = refused(register, home, SHOP, BERRIES, actor=township_officer, identity=uuid4())
        assert told == {"": ["该户与这家企业的同一份收购协议已登记。"]}

    def test_not_of_a_household_that_is_closed(self, county_reviewer):
        gone = make_household(VILLAGE_A, "已销户的", state="closed", closed_on=date(2018, 5, 1))
        assert "" in refused(register, gone, SHOP, BERRIES, actor=county_reviewer)

    def test_the_scan_comes_with_it_or_later_once(self, home, township_officer):
        row = make_sale(home)
        add_scan(row, make_upload(pdf(), "协议.pdf"), actor=township_officer)
        row.refresh_from_db()
        assert list(StoredFile.objects.visible_to(township_officer)) == [row.scan]
        told = refused(add_scan, row, make_upload(pdf(), "协议.pdf"), actor=township_officer)
        assert told == {"scan": ["扫描件已上传。"]}
        other = register(home, SHOP, BERRIES, scan=make_upload(pdf(), "协议.pdf"), actor=township_officer)
        assert other.scan_id == row.scan_id, "the same content"


class TestEnding:
    def test_it_ends_with_a_reason(self, home, township_officer):
        row = end(make_sale(home), on=date(2018, 9, 1), reason="网店停业", actor=township_officer)
        assert (row.last_day, row.standing_on(date(2018, 9, 1))) == (date(2018, 8, 31), "已终止")
        assert not SaleAgreement.objects.open_on(date(2018, 9, 1)).exists()
        assert SaleAgreement.objects.open_on(date(2018, 8, 31)).get() == row
        assert (
            "已于 2018-09-01 终止"
            in refused(end, row, on=date(2018, 9, 2), reason="x", actor=township_officer)[""][0]
        )

    @pytest.mark.parametrize(
        ("on", "reason", "field"),
        [
            (date(2018, 11, 1), "停业", "on"),
            (date(2017, 4, 1), "停业", "on"),
            (date(2018, 9, 1), " ", "reason"),
        ],
    )
    def test_what_is_refused(self, home, township_officer, on, reason, field):
        assert list(refused(end, make_sale(home), on=on, reason=reason, actor=township_officer)) == [field]

    def test_not_before_what_was_bought(self, home, township_officer):
        row = make_sale(home)
        make_result(row, year=2018)
        told = refused(end, row, on=date(2018, 1, 1), reason="停业", actor=township_officer)
        assert "2018年度已登记收购结果" in told["on"][0]
        assert end(row, on=date(2018, 1, 2), reason="停业", actor=township_officer).ended_on

    def test_a_mistake_is_taken_back_after_its_results(self, home, township_officer, helper):
        row = make_sale(home)
        result = make_result(row)
        assert "先把各年结果作废" in refused(withdraw, row, reason="登错户", actor=township_officer)[""][0]
        withdraw_result(result, reason="登错户", actor=township_officer)
        assert list(refused(withdraw, row, reason="", actor=township_officer)) == ["reason"]
        with pytest.raises(PermissionDenied):
            withdraw(row, reason="登错户", actor=helper)
        withdraw(row, reason="登错户", actor=township_officer)
        with pytest.raises(ChangedMeanwhile):
            set_result(row, 2018, **BOUGHT, actor=township_officer)
        assert not SaleAgreement.objects.in_year(2018).exists()

    def test_it_ends_with_the_household(self, home, county_reviewer):
        held, told = make_sale(home), make_sale(home, "合作社")
        make_result(told, year=2018)
        coming = make_sale(home, "还没开始的", period_from=date(2018, 12, 1))
        over = make_sale(home, "期满的", product="木耳", period_to=date(2018, 6, 30))
        # Told of its last year already, which has hardly begun: it runs out by itself.
        short = make_sale(home, "元旦期满的", product="人参", period_to=date(2019, 1, 1))
        make_result(short, year=2019)
        on = date(2018, 10, 5)
        close_household(
            home,
            on=on,
            leave_reasons={home.head_id: "moved_out"},
            document="销户决定",
            actor=county_reviewer,
        )
        ends = dict(SaleAgreement.objects.values_list("business", "ended_on"))
        assert (ends[held.business], ends[told.business]) == (on, on)
        assert (ends[coming.business], ends[over.business]) == (date(2018, 12, 1), None)
        assert set(SaleAgreement.objects.in_year(2018)) == {held, told, over, short}
        assert ends[short.business] is None
        later = set_result(held, 2018, **BOUGHT, actor=county_reviewer)
        assert later.is_current, "what was bought before is still told"


class TestResults:
    def test_told_corrected_and_taken_back(self, home, township_officer):
        row = make_sale(home)
        first = set_result(row, 2018, **BOUGHT, actor=township_officer)
        assert (first.average, first.is_below(row.price)) == (Decimal("13"), False)
        more = {"quantity": Decimal("120"), "paid": Decimal("1380")}
        told = refused(set_result, row, 2018, **more, actor=township_officer)
        assert "有变动请写明更正原因" in told["reason"][0]
        second = set_result(row, 2018, **more, reason="漏记一次", actor=township_officer)
        first.refresh_from_db()
        assert (second.version, first.is_current, first.state_words) == (2, False, "已更正")
        assert second.is_below(row.price), "11.50 yuan"
        assert paid_in(home.pk, 2018) == Decimal("1380")
        withdraw_result(second, reason="记到别户", actor=township_officer)
        assert paid_in(home.pk, 2018) is None
        with pytest.raises(ChangedMeanwhile):
            withdraw_result(second, reason="记到别户", actor=township_officer)
        assert set_result(row, 2018, **BOUGHT, actor=township_officer).version == 1
        actions = list(
            Entry.objects.filter(action__startswith="households.sale").values_list("action", flat=True)
        )
        assert sorted(actions) == ["households.sale.result"] * 3 + ["households.sale.unresult"]

    @pytest.mark.parametrize(
        ("year", "given", "field"),
        [
            (2016, BOUGHT, "year"),
            (2019, BOUGHT, "year"),
            (2018, {"quantity": Decimal(0), "paid": Decimal(5)}, "quantity"),
            (2018, {"quantity": Decimal(-1), "paid": Decimal(0)}, "quantity"),
        ],
    )
    def test_what_is_refused(self, home, township_officer, year, given, field):
        row = make_sale(home, period_to=date(2020, 12, 31))
        assert list(refused(set_result, row, year, **given, actor=township_officer)) == [field]

    def test_the_same_form_twice_counts_once(self, home, township_officer):
        row, given = make_sale(home), {"actor": township_officer, "identity": uuid4()}
        first = set_result(row, 2018, **BOUGHT, **given)
        assert set_result(row, 2018, **BOUGHT, **given) == first
        told = refused(set_result, row, 2018, **BOUGHT | {"paid": Decimal(9)}, **given)
        assert "已经登记过" in told[""][0]
        assert (
            "没有改动" in refused(set_result, row, 2018, **BOUGHT, reason="x", actor=township_officer)[""][0]
        )

    def test_nothing_of_it_reaches_the_income_sheet(self, home, township_officer):
        before = Survey.objects.filter(household=home).values().get()
        set_result(make_sale(home), 2018, **BOUGHT, actor=township_officer)
        assert Survey.objects.filter(household=home).values().get() == before
        assert not IncomeItem.objects.exists()


class TestDatabase:
    def test_what_was_signed_stays(self, home):
        row = make_sale(home)
        for change in ({"price": Decimal(1)}, {"business": "别的"}):
            with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
                SaleAgreement.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            SaleAgreement.objects.filter(pk=row.pk).delete()
        ended = make_sale(home, "停业的", until=date(2018, 9, 1))
        with pytest.raises(IntegrityError, match="has its scan or end"), transaction.atomic():
            SaleAgreement.objects.filter(pk=ended.pk).update(ended_on=date(2018, 8, 1))

    def test_results_lie_within_their_agreement(self, home):
        row = make_sale(home, until=date(2018, 1, 1))
        for year in (2016, 2018):
            with pytest.raises(IntegrityError, match="outside sale agreement"), transaction.atomic():
                make_result(row, year=year)
        result = make_result(row, year=2017)
        with pytest.raises(IntegrityError, match="one_sale_result"), transaction.atomic():
            make_result(row, year=2017)
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            SaleResult.objects.filter(pk=result.pk).update(paid=1)
        SaleResult.objects.filter(pk=result.pk).update(is_current=False)
        with pytest.raises(IntegrityError, match="counts no more"), transaction.atomic():
            SaleResult.objects.filter(pk=result.pk).update(is_current=True)
        open_row = make_sale(home, "合作社")
        make_result(open_row, year=2018)
        with pytest.raises(IntegrityError, match="results after its end"), transaction.atomic():
            SaleAgreement.objects.filter(pk=open_row.pk).update(ended_on=date(2018, 1, 1), end_reason="停业")


class TestPages:
    @pytest.fixture
    def some(self, home):
        """Told; not told; of another township with an industry and none."""
        told, untold = make_sale(home), make_sale(make_household(VILLAGE_A, "李大山"), "合作社")
        make_result(told)
        far = make_household(OTHER, "孙远", survey={"has_industry": True})
        make_household(OTHER, "没产业的", survey={"has_industry": False})
        return told, untold, far

    def test_lists_and_figures_agree(self, some, county_reviewer):
        told, untold, far = some
        found = totals(agreements(county_reviewer, COUNTY_A, 2018))
        assert (found.agreements, found.told, found.untold) == (2, 1, 1)
        assert (found.households, found.businesses, found.paid) == (2, 2, Decimal("1300"))
        assert list(without_agreement(county_reviewer, COUNTY_A, 2018)) == [far]
        client, here = client_of(county_reviewer), {"area": COUNTY_A, "year": 2018}
        url = reverse("households:sales")
        assert [line[0] for line in client.get(url, here).context["lines"]] == [untold]
        assert [line[0] for line in client.get(url, {**here, "show": "told"}).context["lines"]] == [told]
        bare = client.get(url, {**here, "show": "without"}).context["homes"]
        assert [line[0] for line in bare] == [far]
        assert client.get(url, {**here, "show": "x"}).status_code == 404
        assert client.get(url, {"area": OTHER[:9], "year": 2018}).context["total"].agreements == 0
        assert totals(agreements(county_reviewer, COUNTY_A, 2016)).agreements == 0

    def test_what_has_not_begun_waits_for_no_result(self, some, county_reviewer, time_machine):
        time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)
        told, untold, far = some
        later = make_sale(far, period_from=date(2018, 12, 1))
        found = totals(agreements(county_reviewer, COUNTY_A, 2018))
        assert (found.agreements, found.told, found.untold, found.to_come) == (3, 1, 1, 1)
        client, here = client_of(county_reviewer), {"area": COUNTY_A, "year": 2018}
        for show, rows in (("untold", [untold]), ("told", [told]), ("to_come", [later])):
            answer = client.get(reverse("households:sales"), {**here, "show": show})
            assert [line[0] for line in answer.context["lines"]] == rows
        assert "还没开始" in answer.content.decode()

    def test_who_sees_what(self, some, helper, bureau_officer, stranger, leader):
        told, _, _ = some
        url = reverse("households:sale", args=[told.pk])
        assert client_of(leader).get(url).context["may"] is False
        for other in (helper, bureau_officer, stranger("county_reviewer")):
            assert client_of(other).get(url).status_code == 404
        agriculture = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="agriculture")
        assert client_of(agriculture).get(url).context["may"] is True

    def test_from_the_form_to_the_page(self, home, township_officer, leader):
        client, url = client_of(township_officer), reverse("households:sale-new", args=[home.pk])
        sent = {
            "identity": str(uuid4()),
            "business": "山货网店",
            "kind": "online_shop",
            "shop": "山货铺子",
            "phone": PHONE,
            "product": "蓝莓",
            "unit": "斤",
            "price": "12",
            "signed_on": "2018-03-01",
            "period_from": "2018-04-01",
            "period_to": "2019-03-31",
            "scan": make_upload(pdf(), "协议.pdf"),
        }
        wrong = client.post(url, {**sent, "credit_code": "123", "scan": ""})
        assert wrong.status_code == 422
        assert wrong.context["form"]["business"].value() == "山货网店", "what was typed stays"
        assert "应为18位" in wrong.content.decode()
        done = client.post(url, sent)
        row = SaleAgreement.objects.get()
        assert (done.status_code, done.url) == (302, reverse("households:sale", args=[row.pk]))
        assert PHONE in client.get(done.url).content.decode(), "he may call people there"
        page = client_of(leader).get(done.url).content.decode()
        assert "139******78" in page
        assert PHONE not in page
        assert client.post(url, {**sent, "scan": make_upload(pdf(), "协议.pdf")}).status_code == 302
        assert SaleAgreement.objects.count() == 1, "sent twice"

    def test_a_result_on_the_page(self, home, township_officer):
        row = make_sale(home)
        client, url = client_of(township_officer), reverse("households:sale-result", args=[row.pk, 2018])
        low = {"identity": str(uuid4()), "quantity": "100", "paid": "1000"}
        asked = client.post(url, low)
        assert asked.status_code == 422
        assert "低于保护价" in asked.content.decode()
        sent = {**low, ANSWER: digest(asked.context["form"])}
        assert client.post(url, sent).status_code == 302
        assert client.post(url, sent).status_code == 302, "pressed twice"
        assert SaleResult.objects.count() == 1
        other = client.post(url, {"identity": str(uuid4()), "quantity": "100", "paid": "1300"})
        assert other.status_code == 422
        assert "有变动请写明更正原因" in other.content.decode()
        late = {"identity": str(uuid4()), "quantity": "100", "paid": "1300", "reason": "写错了"}
        assert client.post(url, late).status_code == 302
        shown = client.get(reverse("households:sale", args=[row.pk])).context["results"]
        assert [(one.paid, one.is_current) for one, _ in shown] == [(1300, True), (1000, False)]
        assert client.get(reverse("households:sale-result", args=[row.pk, 2016])).status_code == 404

    def test_the_household_says_it_beside_its_income(self, some, home, county_reviewer):
        client, url = client_of(county_reviewer), reverse("households:detail", args=[home.pk])
        benefits = client.get(url, {"tab": "benefits", "year": 2018})
        assert [(one.business, result.paid) for one, result in benefits.context["sales"]] == [
            ("山货网店", 1300)
        ]
        income = client.get(url, {"tab": "income", "year": 2018}).content.decode()
        assert "不另加进收入" in income
        assert "1,300.00" in income

    def test_ledger_and_api(self, some, county_reviewer, bureau_officer):
        told, untold, _ = some
        question = ask("sale_agreements", user=county_reviewer, area_code=COUNTY_A, year=2018)
        headings = [one.heading for one in question.columns]
        lines = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert [(one["网店或企业名称"], one["收购款（元）"]) for one in lines] == [
            ("山货网店", Decimal("1300")),
            ("合作社", None),
        ]
        client = client_of(county_reviewer)
        found = client.get("/api/v1/sale-agreements/?open=true&year=2018").json()["results"]
        assert {one["id"] for one in found} == {told.pk, untold.pk}
        one = client.get(f"/api/v1/sale-agreements/{told.pk}/").json()
        assert [(line["year"], line["paid"]) for line in one["results"]] == [(2018, "1300.00")]
        assert "phone" not in one
        assert client_of(bureau_officer).get("/api/v1/sale-agreements/").json()["results"] == []


@pytest.mark.django_db(transaction=True)
def test_two_tell_of_the_same_year_at_once():
    with transaction.atomic():
        row = make_sale(make_household(VILLAGE_A))
    officers = [make_actor(Role.TOWNSHIP_OFFICER), make_actor(Role.COUNTY_REVIEWER)]

    def tell(actor, paid):
        actor = User.objects.get(pk=actor.pk)
        return lambda: set_result(row, 2018, quantity=Decimal(100), paid=Decimal(paid), actor=actor)

    results = at_once(tell(officers[0], 1300), tell(officers[1], 1400))
    assert sum(isinstance(one, SaleResult) for one in results) == 1
    assert SaleResult.objects.count() == 1
