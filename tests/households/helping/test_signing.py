"""Papers of responsibility: two sides, both days and the scan, corrections by a further version, who has not signed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from households.helping.services.agreements import prepare_agreements, without_agreement
from households.helping.services.signing import correct, register, sign, withdraw
from households.models import Responsibility
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import TOWNSHIP_A, VILLAGE_A
from tests.at_once import at_once
from tests.factories.accounts import make_actor, make_unit, make_user
from tests.factories.areas import make_area
from tests.factories.files import make_upload
from tests.factories.helping import make_paper
from tests.factories.households import make_household, make_pairing
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db
YEAR = {"year": 2018, "period_from": date(2018, 1, 1), "period_to": date(2018, 12, 31)}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


def scan():
    return make_upload(name="扫描.jpg")


@pytest.fixture
def clerk(village_clerk):
    return village_clerk


@pytest.fixture
def household(helper):
    row = make_household(VILLAGE_A)
    make_pairing(row, helper)
    return row


def agreement(household, helper, clerk, **changes):
    return register(
        "agreement",
        area=household.area,
        household=household,
        person=helper,
        targets="当年脱贫",
        actor=clerk,
        **(YEAR | changes),
    )


def test_an_agreement_is_signed_by_both_with_its_scan(household, helper, clerk):
    paper = agreement(household, helper, clerk)
    assert (paper.standing, paper.other_side, paper.area_id) == ("未签", "王建国户", VILLAGE_A)
    sign(paper, signed_on=date(2018, 3, 1), other_signed_on=None, actor=clerk)
    paper.refresh_from_db()
    assert paper.standing == "一方已签"
    told = refused(sign, paper, signed_on=date(2018, 3, 1), other_signed_on=date(2018, 3, 2), actor=clerk)
    assert "请上传签字盖章的扫描件" in told["scan"][0]
    sign(paper, signed_on=date(2018, 3, 1), other_signed_on=date(2018, 3, 2), scan=scan(), actor=clerk)
    paper.refresh_from_db()
    assert (paper.is_signed, paper.standing, paper.scan is None) == (True, "双方已签", False)
    assert Entry.objects.filter(action="households.responsibility.sign").count() == 2


def test_units_and_leaders_sign_with_county_and_township(township_officer):
    unit, place = make_unit("二道江区林业局", kind="helping_unit"), make_area(TOWNSHIP_A)
    paper = register(
        "double",
        area=place,
        unit=unit,
        other_side="鸭园镇人民政府",
        targets="帮扶二道沟村出列",
        actor=township_officer,
        **YEAR,
    )
    assert (paper.side, paper.household) == ("二道江区林业局", None)
    leader = make_user("李区长", unit=unit)
    both = register(
        "double",
        area=place,
        unit=unit,
        person=leader,
        other_side="鸭园镇人民政府",
        targets="同上",
        actor=township_officer,
        **YEAR,
    )
    assert both.side == "李区长（二道江区林业局）"


class TestRefused:
    def test_twice_between_the_same_sides_in_a_year(self, household, helper, clerk):
        agreement(household, helper, clerk)
        assert "本年度已登记过" in str(refused(agreement, household, helper, clerk))
        agreement(household, helper, clerk, year=2017)

    def test_an_agreement_with_somebody_who_does_not_help(self, household, clerk):
        told = refused(agreement, household, make_user("路人"), clerk)
        assert "现在的帮扶责任人签订" in told["person"][0]

    def test_nobody_answers_and_nothing_is_promised(self, township_officer):
        place = make_area(TOWNSHIP_A)
        told = refused(
            register, "double", area=place, other_side="镇", targets="x", actor=township_officer, **YEAR
        )
        assert "请填责任单位或责任人" in str(told)
        told = refused(
            register,
            "double",
            area=place,
            unit=make_unit(),
            other_side="镇",
            targets=" ",
            actor=township_officer,
            **YEAR,
        )
        assert "targets" in told

    def test_outside_ones_place(self, household, helper, stranger, auditor):
        for actor in (stranger("village_clerk"), auditor, helper):
            with pytest.raises(PermissionDenied):
                agreement(household, helper, actor)
        assert not Responsibility.objects.exists()

    def test_days_to_come_and_days_that_stand(self, household, helper, clerk):
        paper = agreement(household, helper, clerk)
        told = refused(sign, paper, signed_on=date(2018, 10, 11), other_signed_on=None, actor=clerk)
        assert "今天之后" in told["signed_on"][0]
        sign(paper, signed_on=date(2018, 3, 1), other_signed_on=None, actor=clerk)
        told = refused(sign, paper, signed_on=date(2018, 4, 1), other_signed_on=None, actor=clerk)
        assert "已登记为 2018-03-01" in told["signed_on"][0]
        told = refused(sign, paper, signed_on=date(2018, 3, 1), other_signed_on=None, actor=clerk)
        assert "没有新的签订日期" in told["signed_on"][0]

    def test_a_file_that_is_no_scan(self, household, helper, clerk):
        paper = agreement(household, helper, clerk)
        told = refused(
            sign,
            paper,
            signed_on=date(2018, 3, 1),
            other_signed_on=date(2018, 3, 1),
            scan=ContentFile(b"MZ\x90\x00 not a picture", "扫描.jpg"),
            actor=clerk,
        )
        assert "scan" in told
        paper.refresh_from_db()
        assert paper.signed_on is None


class TestCorrecting:
    def test_by_a_further_version_the_old_one_stays(self, household, helper, clerk):
        paper = agreement(household, helper, clerk)
        sign(paper, signed_on=date(2018, 3, 1), other_signed_on=date(2018, 3, 2), scan=scan(), actor=clerk)
        new = correct(paper, {"targets": "两年内稳定脱贫"}, reason="目标写错", actor=clerk)
        paper.refresh_from_db()
        assert (paper.targets, paper.is_current, paper.standing) == ("当年脱贫", False, "已更正")
        assert (new.version, new.replaces, new.is_current, new.standing) == (2, paper, True, "未签")
        told = refused(correct, paper, {"targets": "x"}, reason="y", actor=clerk)
        assert "不能再办理" in told[""][0]

    def test_with_a_reason_and_with_something_to_correct(self, household, helper, clerk):
        paper = agreement(household, helper, clerk)
        assert "reason" in refused(correct, paper, {"targets": "x"}, reason=" ", actor=clerk)
        assert "没有改动" in refused(correct, paper, {}, reason="y", actor=clerk)[""][0]
        assert "kind" in refused(correct, paper, {"kind": "pledge"}, reason="y", actor=clerk)

    def test_withdrawn_it_counts_no_more_and_may_be_registered_anew(self, household, helper, clerk):
        paper = agreement(household, helper, clerk)
        assert set(refused(withdraw, paper, on=date(2019, 1, 1), reason="", actor=clerk)) == {"on", "reason"}
        withdraw(paper, on=date(2018, 10, 1), reason="登记错户", actor=clerk)
        agreement(household, helper, clerk)
        assert Responsibility.objects.current().count() == 1


def test_what_was_signed_stays_whatever_the_path(household, helper, clerk):
    paper = agreement(household, helper, clerk)
    sign(paper, signed_on=date(2018, 3, 1), other_signed_on=date(2018, 3, 2), scan=scan(), actor=clerk)
    rows = Responsibility.objects.filter(pk=paper.pk)
    for change in ({"targets": "x"}, {"signed_on": date(2018, 3, 5)}, {"scan": None}, {"year": 2017}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    other = make_paper()
    with pytest.raises(IntegrityError), transaction.atomic():
        Responsibility.objects.filter(pk=other.pk).update(
            signed_on=date(2018, 3, 1), other_signed_on=date(2018, 3, 1)
        )


class TestAgreementsOfMany:
    def test_whoever_has_a_helper_and_none_of_the_year_gets_one(self, household, helper, clerk):
        make_household(VILLAGE_A, head="陈大山")  # no helper: nothing to sign
        told = {"targets": "当年脱贫", "period_from": date(2018, 1, 1), "period_to": date(2018, 12, 31)}
        assert without_agreement(VILLAGE_A, 2018).count() == 1
        assert prepare_agreements(VILLAGE_A, 2018, actor=clerk, **told) == 1
        assert prepare_agreements(VILLAGE_A, 2018, actor=clerk, **told) == 0
        paper = Responsibility.objects.get()
        assert (paper.person, paper.household, paper.standing) == (helper, household, "未签")
        assert Entry.objects.filter(action="households.responsibility.add").count() == 1

    def test_handed_over_the_new_helper_has_none(self, household, helper, clerk):
        agreement(household, helper, clerk)
        household.pairings.update(valid_to=date(2018, 9, 1))
        make_pairing(household, make_actor(Role.HELPER), since=date(2018, 9, 1))
        assert without_agreement(VILLAGE_A, 2018).count() == 1

    def test_refusals(self, clerk, helper):
        told = {"targets": " ", "period_from": date(2018, 12, 31), "period_to": date(2018, 1, 1)}
        assert set(refused(prepare_agreements, VILLAGE_A, 2018, actor=clerk, **told)) == {
            "targets",
            "period_to",
        }
        with pytest.raises(PermissionDenied):
            prepare_agreements(VILLAGE_A, 2018, actor=helper, **told)


@pytest.mark.django_db(transaction=True)
def test_prepared_and_corrected_at_once_nothing_is_doubled():
    with transaction.atomic():
        household = make_household(VILLAGE_A)
        make_pairing(household, make_actor(Role.HELPER))
    people = [make_actor(Role.VILLAGE_CLERK), make_actor(Role.TOWNSHIP_OFFICER)]
    told = {"targets": "当年脱贫", "period_from": date(2018, 1, 1), "period_to": date(2018, 12, 31)}
    made = at_once(
        *(lambda actor=actor: prepare_agreements(VILLAGE_A, 2018, actor=actor, **told) for actor in people)
    )
    assert sorted(made) == [0, 1]
    paper = Responsibility.objects.get()
    results = at_once(
        *(
            lambda actor=actor: correct(paper, {"targets": f"{actor.name}更正"}, reason="笔误", actor=actor)
            for actor in people
        )
    )
    assert sum(isinstance(one, Responsibility) for one in results) == 1
    assert Responsibility.objects.current().count() == 1
