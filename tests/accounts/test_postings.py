"""Postings and units: given, ended and entered by the administrator of the place, by nobody else."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from poverty.accounts import services
from poverty.accounts.models import Role, Unit
from poverty.audit.models import Entry
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A
from tests.factories.accounts import make_posting, make_unit, make_user
from tests.factories.areas import make_area


@pytest.fixture
def unit(db):
    return make_unit(area=COUNTY_A)


@pytest.fixture
def person(unit):
    user = make_user("孙丽", username="sun.li", unit=unit)
    make_posting(user, Role.TOWNSHIP_OFFICER, TOWNSHIP_A)
    return user


def field_errors(caught):
    return caught.value.message_dict


def last_entry():
    return Entry.objects.order_by("-id").first()


# --- postings ---------------------------------------------------------------------------------------------


def post(user, actor, role, code, **more):
    more.setdefault("valid_from", timezone.localdate())
    return services.add_posting(user, actor=actor, role=role, area=make_area(code), **more)


def test_a_posting_gives_rights_at_once(administrator, unit):
    user = make_user("刘洋", unit=unit)
    assert not user.has_right("household.view")
    posting = post(user, administrator, Role.VILLAGE_CLERK, VILLAGE_A, document="任命〔2026〕3号")
    user.forget_rights()
    assert user.has_right_at("register.propose", VILLAGE_A)
    entry = last_entry()
    assert (entry.action, entry.case_type, entry.case_id) == (
        "accounts.posting.add",
        "accounts.user",
        user.pk,
    )
    assert entry.changes["document"] == [None, "任命〔2026〕3号"]
    assert entry.area_code == posting.area_id


@pytest.mark.parametrize(
    ("role", "code", "field"),
    [
        (Role.VILLAGE_CLERK, COUNTY_A, "area"),
        (Role.TOWNSHIP_OFFICER, VILLAGE_A, "area"),
        (Role.COUNTY_REVIEWER, TOWNSHIP_A, "area"),
        (Role.ADMINISTRATOR, TOWNSHIP_A, "area"),
        (Role.BUREAU_OFFICER, COUNTY_A, "sector"),
        ("emperor", COUNTY_A, "role"),
    ],
)
def test_role_level_and_sector_must_fit(administrator, unit, role, code, field):
    user = make_user("刘洋", unit=unit)
    with pytest.raises(ValidationError) as caught:
        post(user, administrator, role, code)
    assert set(field_errors(caught)) == {field}
    assert not user.postings.exists()


def test_only_in_one_s_own_area_and_only_by_an_administrator(administrator, county_reviewer, unit):
    user = make_user("刘洋", unit=unit)
    with pytest.raises(PermissionDenied):
        post(user, administrator, Role.LEADER, COUNTY_B)
    with pytest.raises(PermissionDenied):
        post(user, county_reviewer, Role.LEADER, COUNTY_A)
    stranger = make_user("外人", unit=make_unit(area=COUNTY_B))
    with pytest.raises(PermissionDenied):
        post(stranger, administrator, Role.LEADER, COUNTY_A)


def test_overlap_and_the_mix_with_administrator_are_refused_with_a_sentence(administrator, person, unit):
    with pytest.raises(ValidationError, match="时间重叠"):
        post(person, administrator, Role.TOWNSHIP_OFFICER, TOWNSHIP_A)
    with pytest.raises(ValidationError, match="系统管理员不能同时担任业务角色"):
        post(person, administrator, Role.ADMINISTRATOR, COUNTY_A)
    tomorrow = timezone.localdate() + timedelta(days=1)
    services.end_posting(person.postings.get(), actor=administrator, on=tomorrow)
    post(person, administrator, Role.ADMINISTRATOR, COUNTY_A, valid_from=tomorrow)


def test_a_place_that_is_abolished_takes_nobody(administrator, unit):
    make_area("220503101200", valid_to=date(2020, 1, 1))
    with pytest.raises(ValidationError, match="撤销"):
        post(make_user("刘洋", unit=unit), administrator, Role.VILLAGE_CLERK, "220503101200")


def test_ending_a_posting(administrator, person):
    posting = person.postings.get()
    today = timezone.localdate()
    with pytest.raises(ValidationError) as caught:
        services.end_posting(posting, actor=administrator, on=date(2015, 1, 1))
    assert set(field_errors(caught)) == {"on"}
    services.end_posting(posting, actor=administrator, on=today + timedelta(days=10), reason="借调")
    person.refresh_from_db()
    assert person.has_right("survey.edit")
    assert person.session_epoch == 0, "nothing has ended yet"
    with pytest.raises(ValidationError) as caught:
        services.end_posting(posting, actor=administrator, on=today + timedelta(days=11))
    assert set(field_errors(caught)) == {"on"}
    services.end_posting(posting, actor=administrator, on=today, reason="调离", document="干字〔2026〕9号")
    person.refresh_from_db()
    assert not person.has_right("survey.edit")
    assert person.session_epoch == 1
    assert last_entry().changes == {"valid_to": [f"{today + timedelta(days=10)}", f"{today}"]}
    with pytest.raises(ValidationError, match="已终止"):
        services.end_posting(posting, actor=administrator, on=today)


def test_a_posting_entered_by_mistake_is_withdrawn_the_same_day(administrator, unit):
    user = make_user("刘洋", unit=unit)
    posting = post(user, administrator, Role.COUNTY_REVIEWER, COUNTY_A)
    services.end_posting(posting, actor=administrator, on=timezone.localdate(), reason="录错")
    user.forget_rights()
    assert not user.has_right("household.view")
    post(user, administrator, Role.COUNTY_REVIEWER, COUNTY_A)


def test_ending_is_for_the_administrator_of_the_place(administrator, county_reviewer, person, stranger):
    posting = person.postings.get()
    for actor in (county_reviewer, stranger(Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            services.end_posting(posting, actor=actor, on=timezone.localdate())


# --- units ------------------------------------------------------------------------------------------------


def test_units_are_entered_changed_and_switched_off(administrator):
    area = make_area(COUNTY_A)
    unit = services.create_unit(actor=administrator, name=" 二道江区教育局 ", area=area, kind="sector_bureau")
    assert unit.name == "二道江区教育局"
    with pytest.raises(ValidationError, match="同名"):
        services.create_unit(actor=administrator, name="二道江区教育局", area=area, kind="other")
    with pytest.raises(ValidationError):
        services.create_unit(actor=administrator, name="某局", area=area, kind="no_such_kind")
    services.update_unit(unit, actor=administrator, sector="education")
    assert last_entry().changes == {"sector": ["", "education"]}
    count = Entry.objects.count()
    services.update_unit(unit, actor=administrator, sector="education")
    assert Entry.objects.count() == count
    posting = make_posting(make_user(), Role.LEADER, COUNTY_A, unit=unit)
    with pytest.raises(ValidationError, match="在任人员"):
        services.update_unit(unit, actor=administrator, is_active=False)
    posting.delete()
    assert not services.update_unit(unit, actor=administrator, is_active=False).is_active


def test_units_stay_in_the_area_of_whoever_manages_them(administrator, county_reviewer):
    with pytest.raises(PermissionDenied):
        services.create_unit(actor=administrator, name="x", area=make_area(COUNTY_B), kind="other")
    with pytest.raises(PermissionDenied):
        services.create_unit(actor=county_reviewer, name="x", area=make_area(COUNTY_A), kind="other")
    unit = make_unit(area=COUNTY_A)
    with pytest.raises(PermissionDenied):
        services.update_unit(unit, actor=administrator, area=make_area(COUNTY_B))
    assert Unit.objects.get(pk=unit.pk).area_id == COUNTY_A
