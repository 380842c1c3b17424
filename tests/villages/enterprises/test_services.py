"""Agreements of enterprises with villages: registered, scanned, ended; results of a year, corrected by a version."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.files.models import FileLink
from tests.factories.accounts import make_actor, make_user
from tests.factories.files import make_upload
from tests.factories.posts import make_post
from tests.factories.teams import make_agreement, make_firm, make_result
from tests.factories.villages import make_village
from tests.households.refusals import refused
from villages.enterprises.services import add_scan, end, register, set_result, withdraw_result
from villages.enterprises.standing import lines, totals, without_agreement
from villages.models import AgreementResult, EnterpriseAgreement, VillagePost
from villages.posts.services.filling import end_post

pytestmark = pytest.mark.django_db
PAPER = {
    "kinds": ["employment", "industry"],
    "document": "村企结对帮扶协议",
    "signed_on": date(2017, 12, 20),
    "period_from": date(2018, 1, 1),
    "period_to": date(2019, 12, 31),
    "promised": Decimal("300000.00"),
    "content": "订单收购蓝莓，优先招用本村贫困劳动力",
}
RESULT = {"amount": Decimal("86000.00"), "households": 14, "persons": 6}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER)


def test_what_an_enterprise_agreed_with_its_village(officer):
    row = register(make_firm(), scan=make_upload(name="协议.jpg"), actor=officer, **PAPER)
    assert (row.kinds_text, row.area_code) == ("产业帮扶、就业帮扶", "220503100204")
    assert FileLink.objects.get().role == "scan"
    assert "承诺 300,000.00 元" in Entry.objects.get(action="villages.enterpriseagreement.add").summary


class TestRefused:
    def test_of_who_is_no_enterprise_or_helps_no_more(self, officer):
        unit = make_post(post="unit")
        assert "帮扶企业" in refused(register, unit, actor=officer, **PAPER)[""][0]
        gone = make_firm(valid_to=date(2018, 6, 1), end_reason="停产")
        assert "不再帮扶" in refused(register, gone, actor=officer, **PAPER)[""][0]
        with pytest.raises(IntegrityError, match="is no enterprise"), transaction.atomic():
            make_agreement(unit)

    def test_what_is_missing_or_cannot_be(self, officer):
        wrong = {
            "kinds": ["nothing"],
            "document": " ",
            "content": "",
            "signed_on": date(2018, 10, 11),
            "period_to": date(2017, 12, 31),
            "promised": Decimal(0),
        }
        assert set(refused(register, make_firm(), actor=officer, **PAPER | wrong)) == set(wrong)
        assert not EnterpriseAgreement.objects.exists()

    def test_the_same_paper_twice(self, officer):
        post = make_firm()
        register(post, actor=officer, **PAPER)
        assert "已登记" in str(refused(register, post, actor=officer, **PAPER))

    def test_outside_ones_place_and_without_the_right(self, stranger, village_clerk, leader):
        post = make_firm()
        for actor in (stranger("county_reviewer"), village_clerk, leader):
            with pytest.raises(PermissionDenied):
                register(post, actor=actor, **PAPER)


class TestResults:
    def test_of_a_year_then_corrected_with_a_reason(self, officer):
        row = make_agreement()
        first = set_result(row, 2018, actor=officer, proof=make_upload(name="付款凭证.jpg"), **RESULT)
        assert FileLink.objects.get().note == "2018年度"
        told = refused(set_result, row, 2018, actor=officer, **RESULT | {"persons": 7})
        assert told == {"reason": ["2018年度成效已登记，有变动请写明更正原因。"]}
        assert "没有改动" in refused(set_result, row, 2018, reason="核实", actor=officer, **RESULT)[""][0]
        new = set_result(row, 2018, reason="核实", actor=officer, **RESULT | {"persons": 7})
        first.refresh_from_db()
        assert (first.persons, first.is_current) == (6, False)
        assert (new.persons, new.version, new.replaces) == (7, 2, first)

    def test_of_years_of_the_agreement_that_have_come(self, officer):
        row = make_agreement()
        for year in (2017, 2019):
            assert "不在协议期内" in str(refused(set_result, row, year, actor=officer, **RESULT))
        ended = make_agreement(
            make_firm(name="蓝莓公司"),
            period_from=date(2016, 1, 1),
            ended_on=date(2017, 6, 1),
            end_reason="停产",
        )
        set_result(ended, 2017, actor=officer, **RESULT)
        assert "不在协议期内" in str(refused(set_result, ended, 2018, actor=officer, **RESULT))

    def test_withdrawn_it_may_be_told_anew(self, officer):
        row = make_result()
        assert set(refused(withdraw_result, row, reason="", actor=officer)) == {"reason"}
        withdraw_result(row, reason="登记错了企业", actor=officer)
        assert AgreementResult.objects.get().withdrawn_by == officer
        assert not AgreementResult.objects.current().exists()
        set_result(row.agreement, 2018, actor=officer, **RESULT)
        assert "作废" in str(refused(withdraw_result, row, reason="再撤", actor=officer))


class TestEnding:
    def test_before_its_time_once(self, officer):
        row = make_agreement()
        assert set(refused(end, row, on=date(2017, 12, 1), reason=" ", actor=officer)) == {"on", "reason"}
        end(row, on=date(2018, 9, 1), reason="停产", actor=officer)
        assert EnterpriseAgreement.objects.open_on(date(2018, 8, 31)).exists()
        assert not EnterpriseAgreement.objects.open_on(date(2018, 9, 1)).exists()
        assert EnterpriseAgreement.objects.in_year(2018).exists()
        assert "已于" in refused(end, row, on=date(2018, 9, 2), reason="再", actor=officer)[""][0]

    def test_years_in_which_it_held_are_those_of_the_pages(self):
        made = make_agreement(period_from=date(2016, 5, 1), period_to=date(2020, 4, 30))
        gone = make_agreement(
            make_firm(make_village("220503100209"), valid_to=date(2018, 1, 1), end_reason="停产"),
            period_from=date(2016, 5, 1),
        )
        ended = make_agreement(
            make_firm(make_village("220503100210")), ended_on=date(2018, 1, 1), end_reason="误登"
        )
        mistaken_post = make_agreement(
            make_firm(
                make_village("220503100211"),
                since=date(2018, 3, 1),
                valid_to=date(2018, 3, 1),
                end_reason="误登",
            ),
            period_from=date(2018, 3, 1),
        )
        too_late = make_agreement(
            make_firm(make_village("220503100212"), valid_to=date(2018, 6, 1), end_reason="停产"),
            period_from=date(2018, 9, 1),
        )
        to_come = make_agreement(make_firm(make_village("220503100213")), period_from=date(2018, 12, 1))
        for row, years in (
            (made, [2016, 2017, 2018]),
            (gone, [2016, 2017]),
            (ended, []),
            (mistaken_post, []),
            (too_late, []),
            (to_come, []),
        ):
            assert list(row.years_held(date(2018, 10, 10))) == years
            asked = [
                year
                for year in range(2014, 2022)
                if EnterpriseAgreement.objects.in_year(year).filter(pk=row.pk).exists()
            ]
            assert asked == years

    def test_not_over_a_result_of_a_year_that_it_would_hold_no_more(self, officer):
        result = make_result(make_agreement(period_from=date(2017, 1, 1)))
        row = result.agreement
        for day in (date(2017, 9, 1), row.period_from):
            told = refused(end, row, on=day, reason="停产", actor=officer)
            assert told == {"on": ["2018年度的成效还有效，终止后该年不在协议期内，请先作废。"]}
        told = refused(end_post, row.post, on=date(2017, 9, 1), reason="停产", actor=officer)
        assert told == {"on": ["2018年度的成效还有效，终止后该年不在协议期内，请先作废。"]}
        withdraw_result(result, reason="登错年度", actor=officer)
        end(row, on=date(2017, 9, 1), reason="停产", actor=officer)
        assert list(EnterpriseAgreement.objects.get().years_held(date(2018, 10, 10))) == [2017]

    def test_a_mistaken_one_whose_time_is_over_or_has_not_come(self, officer):
        over = make_agreement(period_from=date(2016, 1, 1), period_to=date(2017, 12, 31))
        end(over, on=date(2016, 1, 1), reason="登错村", actor=officer)
        to_come = make_agreement(make_firm(make_village("220503100211")), period_from=date(2019, 1, 1))
        told = refused(end, to_come, on=date(2019, 3, 1), reason="误登", actor=officer)
        assert told == {"on": ["日期在今天之后，请核对。"]}
        end(to_come, on=date(2019, 1, 1), reason="误登", actor=officer)
        assert not EnterpriseAgreement.objects.ever().exists()

    def test_not_after_its_last_day(self):
        with pytest.raises(IntegrityError, match="ends_with_a_reason"), transaction.atomic():
            make_agreement(ended_on=date(2020, 1, 1), end_reason="停产")

    def test_entered_by_mistake_it_never_held(self, officer):
        row = make_agreement()
        end(row, on=row.period_from, reason="误登", actor=officer)
        assert not EnterpriseAgreement.objects.in_year(2018).exists()

    def test_with_the_enterprise_s_post(self):
        row = make_agreement()
        VillagePost.objects.filter(pk=row.post_id).update(valid_to=date(2018, 6, 1), end_reason="停产")
        assert EnterpriseAgreement.objects.open_on(date(2018, 5, 31)).exists()
        assert not EnterpriseAgreement.objects.open_on().exists()


def test_the_scan_comes_once(officer):
    row = make_agreement()
    add_scan(row, make_upload(name="协议.jpg"), actor=officer)
    assert "scan" in refused(add_scan, row, make_upload(name="协议.jpg"), actor=officer)


def test_what_was_agreed_and_told_stays_whatever_the_path():
    result = make_result()
    for act in (
        lambda: EnterpriseAgreement.objects.update(promised=1),
        lambda: EnterpriseAgreement.objects.all().delete(),
        lambda: AgreementResult.objects.update(amount=1),
        lambda: AgreementResult.objects.all().delete(),
        lambda: make_result(result.agreement),
        lambda: make_result(result.agreement, 2019, replaces=result, version=2, correction="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_figures_and_who_has_no_agreement():
    village = make_village()
    firm = make_firm(village)
    told = make_agreement(firm)
    make_result(told)
    make_result(
        told,
        is_current=False,
        withdrawn_on=date(2018, 9, 1),
        withdrawn_by=make_user(),
        withdrawn_reason="重复",
    )
    untold = make_agreement(make_firm(make_village("220503100209")), promised=None, kinds=["welfare"])
    bare = make_firm(village, name="矿业公司")
    found = lines(EnterpriseAgreement.objects.in_year(2018), 2018)
    assert [line.agreement for line in found] == [untold, told]
    assert [line.agreement for line in lines(EnterpriseAgreement.objects.all(), 2018, told=True)] == [told]
    assert [line.agreement for line in lines(EnterpriseAgreement.objects.all(), 2018, most=1)] == [untold]
    total = totals(EnterpriseAgreement.objects.in_year(2018), 2018)
    assert (total.agreements, total.told, total.untold) == (2, 1, 1)
    assert (total.enterprises, total.villages) == (1, 2)
    assert (total.promised, total.amount, total.households, total.persons) == (
        Decimal("100000.00"),
        Decimal("30000.00"),
        5,
        2,
    )
    assert list(without_agreement(VillagePost.objects.all())) == [bare]
