"""Right and place, per posting. The table itself is checked against what the product says nobody may."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.accounts.models import Role, User
from poverty.accounts.rights import BY_CODE, LANES, RIGHTS, ROLE_RIGHTS, Concerns, roles_with, who_can
from poverty.accounts.scope import Scope, scope_of
from poverty.web import rights as web_rights
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_posting, make_user
from tests.factories.areas import make_area


def test_every_role_has_rights_and_every_right_exists_and_is_held_by_someone():
    assert set(ROLE_RIGHTS) == set(Role)
    given = frozenset().union(*ROLE_RIGHTS.values())
    assert given == set(RIGHTS)


def test_no_role_proposes_and_confirms_and_decides():
    for lane in LANES:
        for role, rights in ROLE_RIGHTS.items():
            assert len(rights & lane) <= 1, role


def test_readers_change_nothing():
    for role in (Role.AUDITOR, Role.LEADER, Role.INSPECTOR, Role.FINANCE_OFFICER):
        assert [code for code in ROLE_RIGHTS[role] if BY_CODE[code].changes] == [], role


def test_the_administrator_sees_no_case_and_only_he_manages_accounts():
    concerns = {BY_CODE[code].concerns for code in ROLE_RIGHTS[Role.ADMINISTRATOR]}
    assert Concerns.CASES not in concerns
    for role, rights in ROLE_RIGHTS.items():
        managing = {c for c in rights if BY_CODE[c].concerns is Concerns.ACCOUNTS and BY_CODE[c].changes}
        assert bool(managing) == (role == Role.ADMINISTRATOR), role


def test_the_bureau_changes_only_its_own_sector():
    changes = {code for code in ROLE_RIGHTS[Role.BUREAU_OFFICER] if BY_CODE[code].changes}
    # 部门预警, 信息比对 of monitoring, what it answers to needs, what its own policies paid and (the education bureau)
    # who teaches whom are its own words too; it judges no case.
    assert changes == {
        "file.add", "sector.edit", "clue.enter", "monitoring.compare", "need.answer", "benefit.record",
        "student.edit", "student.log",
    }  # fmt: skip


def test_villages_are_seen_by_everybody_but_helpers_and_the_administrator():
    assert set(Role) - set(roles_with("village.view")) == {Role.HELPER, Role.ADMINISTRATOR}
    assert roles_with("village.propose") == [Role.VILLAGE_CLERK]
    assert roles_with("village.verify") == [Role.TOWNSHIP_OFFICER]
    assert roles_with("village.decide") == roles_with("village.list") == [Role.COUNTY_REVIEWER]


def test_bureaus_and_finance_see_no_exit_of_a_household():
    seeing = {*roles_with("exit.view")}
    assert set(Role) - seeing == {Role.BUREAU_OFFICER, Role.FINANCE_OFFICER, Role.ADMINISTRATOR}


def test_who_can_is_told_to_the_page_that_refuses():
    assert web_rights.who_can is who_can
    assert who_can("standard.publish") == ("发布退出标准", ["县扶贫办"])


# --- from posting to scope --------------------------------------------------------------------------------


def test_without_a_posting_nothing_is_seen(nobody):
    assert nobody.postings_today == []
    assert not any(nobody.has_right(code) for code in RIGHTS)
    assert nobody.scope("household.view") == Scope()
    assert not nobody.scope("household.view").covers(VILLAGE_A)


def test_the_anonymous_have_the_empty_scope():
    assert scope_of(AnonymousUser()) == Scope()
    assert scope_of(None) == Scope()


def test_the_inactive_have_nothing(county_reviewer):
    county_reviewer.is_active = False
    county_reviewer.save()
    user = User.objects.get(pk=county_reviewer.pk)
    assert not user.has_right("household.view")
    assert user.rights_today == frozenset()
    assert user.scope() == Scope()


def test_a_township_officer_covers_the_township_and_what_lies_below(township_officer):
    assert township_officer.has_right("survey.edit")
    assert township_officer.has_right_at("survey.edit", TOWNSHIP_A)
    assert township_officer.has_right_at("survey.edit", VILLAGE_A)
    assert not township_officer.has_right_at("survey.edit", COUNTY_A)
    assert not township_officer.has_right_at("survey.edit", "220503101200")
    assert not township_officer.has_right_at("survey.edit", VILLAGE_B)
    assert not township_officer.has_right("register.decide")


def test_a_misspelt_right_is_an_error_not_a_refusal(township_officer):
    with pytest.raises(KeyError):
        township_officer.has_right("survey.edti")


def test_right_and_place_come_from_the_same_posting(db):
    user = make_user()
    make_posting(user, Role.COUNTY_REVIEWER, COUNTY_A)
    make_posting(user, Role.AUDITOR, COUNTY_B)
    assert user.has_right_at("register.decide", VILLAGE_A)
    assert not user.has_right_at("register.decide", VILLAGE_B)
    assert user.has_right_at("audit.view", VILLAGE_B)
    assert not user.has_right_at("audit.view", VILLAGE_A)
    assert user.scope("household.view").areas == (COUNTY_B, COUNTY_A)


def test_a_helper_has_his_own_households_and_no_area(helper):
    scope = helper.scope("household.view")
    assert scope.paired
    assert scope.areas == ()
    assert not scope.covers(VILLAGE_A)
    assert helper.has_right("survey.edit")
    assert not helper.has_right_at("survey.edit", VILLAGE_A)
    # What is no case is read where he works.
    assert helper.scope("standard.view").areas == (VILLAGE_A,)


def test_a_helper_who_is_also_clerk_has_both(helper):
    make_posting(helper, Role.VILLAGE_CLERK, "220503100205")
    scope = helper.scope("survey.edit")
    assert scope.paired
    assert scope.areas == ("220503100205",)


def test_areas_within_areas_are_said_once(db):
    user = make_user()
    make_posting(user, Role.LEADER, COUNTY_A)
    make_posting(user, Role.LEADER, TOWNSHIP_A)
    assert user.scope().areas == (COUNTY_A,)


def test_a_bureau_officer_is_limited_to_his_sector(bureau_officer):
    scope = bureau_officer.scope("sector.edit")
    assert scope.sectors == ("water",)
    assert scope.covers(VILLAGE_A)
    assert scope.covers(VILLAGE_A, "water")
    assert not scope.covers(VILLAGE_A, "education")
    assert scope.sectors_at(VILLAGE_A) == {"water"}
    assert scope.sectors_at(VILLAGE_B) == frozenset()
    assert bureau_officer.has_right_at("sector.edit", VILLAGE_A, sector="water")
    assert not bureau_officer.has_right_at("sector.edit", VILLAGE_A, sector="education")


def test_a_sector_elsewhere_does_not_narrow_a_whole_view_here(bureau_officer):
    make_posting(bureau_officer, Role.AUDITOR, COUNTY_B)
    scope = bureau_officer.scope("household.view")
    assert scope.sectors_at(VILLAGE_A) == {"water"}
    assert scope.sectors_at(VILLAGE_B) is None
    assert scope.sectors == ()


def test_a_posting_counts_from_its_first_day_until_the_day_before_its_end(db, time_machine):
    user = make_user()
    make_posting(user, Role.LEADER, COUNTY_A, valid_from=date(2026, 3, 1), valid_to=date(2026, 6, 1))
    seen = {}
    for day in ("2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01"):
        time_machine.move_to(f"{day}T12:00:00+08:00", tick=False)
        seen[day] = user.has_right("household.view")  # the same object: the answer follows the day
    assert seen == {"2026-02-28": False, "2026-03-01": True, "2026-05-31": True, "2026-06-01": False}


def test_midnight_is_that_of_shanghai(db, time_machine):
    user = make_user()
    make_posting(user, Role.LEADER, COUNTY_A, valid_from=date(2026, 3, 1))
    time_machine.move_to("2026-02-28T15:59:00+00:00", tick=False)
    assert not user.has_right("household.view")
    time_machine.move_to("2026-02-28T16:01:00+00:00", tick=False)
    assert user.has_right("household.view")


def test_rights_cost_one_query_for_each_user_object(township_officer, django_assert_num_queries):
    user = User.objects.get(pk=township_officer.pk)
    with django_assert_num_queries(1):
        for code in RIGHTS:
            user.has_right(code)
        user.has_right_at("survey.edit", VILLAGE_A)
        assert user.roles_today == [Role.TOWNSHIP_OFFICER]


# --- what the database refuses ----------------------------------------------------------------------------


def test_the_same_posting_twice_at_one_time_is_refused(township_officer):
    with pytest.raises(IntegrityError, match="one_posting_of_a_role"), transaction.atomic():
        make_posting(township_officer, Role.TOWNSHIP_OFFICER, TOWNSHIP_A, valid_from=date(2020, 1, 1))
    make_posting(township_officer, Role.TOWNSHIP_OFFICER, "220503101")
    make_posting(township_officer, Role.LEADER, TOWNSHIP_A)


def test_the_same_posting_again_after_its_end(township_officer):
    today = timezone.localdate()
    township_officer.postings.update(valid_to=today)
    make_posting(township_officer, Role.TOWNSHIP_OFFICER, TOWNSHIP_A, valid_from=today)
    assert township_officer.postings.count() == 2


def test_one_officer_may_answer_for_two_sectors(bureau_officer):
    make_posting(bureau_officer, Role.BUREAU_OFFICER, COUNTY_A, sector="housing")
    assert bureau_officer.scope("sector.edit").sectors == ("housing", "water")


def test_an_administrator_holds_no_case_role_at_the_same_time(administrator, county_reviewer):
    for user, role in ((administrator, Role.LEADER), (county_reviewer, Role.ADMINISTRATOR)):
        with pytest.raises(IntegrityError, match="an_administrator_holds_no_case_role"), transaction.atomic():
            make_posting(user, role, COUNTY_B)


def test_an_administrator_may_have_been_something_else_before(administrator):
    today = timezone.localdate()
    administrator.postings.update(valid_from=today - timedelta(days=10))
    make_posting(administrator, Role.HELPER, VILLAGE_A, valid_to=today - timedelta(days=10))
    make_posting(administrator, Role.ADMINISTRATOR, COUNTY_B, valid_from=today)
    assert administrator.roles_today == [Role.ADMINISTRATOR]


def test_only_a_bureau_posting_has_a_sector(db):
    user = make_user()
    make_area(COUNTY_A)
    for role, sector in ((Role.BUREAU_OFFICER, ""), (Role.LEADER, "water")):
        with pytest.raises(IntegrityError, match="only_a_bureau_posting"), transaction.atomic():
            make_posting(user, role, COUNTY_A, sector=sector)


def test_whoever_may_sign_in_has_an_account(db):
    make_user(username="").delete()
    with pytest.raises(IntegrityError, match="who_may_sign_in_has_an_account"), transaction.atomic():
        User.objects.create(name="李强", username=None, is_active=True)
    User.objects.create(name="李强", username=None, is_active=False)
    User.objects.create(name="赵敏", username=None, is_active=False)
