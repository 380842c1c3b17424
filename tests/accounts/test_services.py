"""What an administrator can do, and what is refused to him: each success beside its refusals."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from poverty.accounts import services
from poverty.accounts.models import Posting, Role, Unit, User
from poverty.areas.models import Area
from poverty.audit.models import Entry
from poverty.fields.identity import resident_number
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor, make_posting, make_unit, make_user
from tests.factories.areas import make_area

FIRST = "Xin-Kai-Ling-2026"
NUMBER = resident_number("220503", date(1980, 5, 4), 123)  # a man


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


# --- people -----------------------------------------------------------------------------------------------


def test_a_person_on_record_has_no_account(administrator, unit):
    user = services.create_user(actor=administrator, name="单小平", unit=unit)
    assert (user.username, user.is_active, user.has_usable_password()) == (None, False, False)
    assert user.initials.startswith("sxp")
    assert last_entry().action == "accounts.user.create"
    assert last_entry().case_id == user.pk


def test_with_an_account_name_and_password_he_can_sign_in_and_must_change_it(administrator, unit):
    user = services.create_user(
        actor=administrator, name="孙丽", unit=unit, username="Sun.Li", password=FIRST
    )
    assert (user.username, user.is_active, user.must_change_password) == ("sun.li", True, True)
    assert user.check_password(FIRST)
    assert FIRST not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("username", ["13812345678", "x" * 41, "王芳", "a b", "ab", "220503198005041234"])
def test_account_names_that_are_refused(administrator, unit, username):
    with pytest.raises(ValidationError) as caught:
        services.create_user(actor=administrator, name="孙丽", unit=unit, username=username, password=FIRST)
    assert set(field_errors(caught)) == {"username"}
    assert not User.objects.filter(name="孙丽").exists()


def test_a_taken_account_name_and_a_weak_password_are_refused_at_their_fields(administrator, person, unit):
    with pytest.raises(ValidationError) as caught:
        services.create_user(actor=administrator, name="孙", unit=unit, username="SUN.LI", password=FIRST)
    assert field_errors(caught) == {"username": ["该账号已存在。"]}
    with pytest.raises(ValidationError) as caught:
        services.create_user(actor=administrator, name="孙", unit=unit, username="sun.wei", password="kurz")
    assert set(field_errors(caught)) == {"password"}


def test_only_where_one_manages_accounts(administrator, county_reviewer, unit):
    with pytest.raises(PermissionDenied):
        services.create_user(actor=administrator, name="孙丽", unit=make_unit(area=COUNTY_B))
    with pytest.raises(PermissionDenied):
        services.create_user(actor=county_reviewer, name="孙丽", unit=unit)
    with pytest.raises(ValidationError):
        services.create_user(actor=administrator, name="孙丽")
    assert services.create_user(actor=None, name="孙丽").pk, "a loader may leave the unit out"


def test_the_profile_is_kept_with_hashes_and_masks(administrator, unit):
    user = services.create_user(
        actor=administrator,
        name="王强",
        unit=unit,
        identity=f" {NUMBER} ",
        phone="138 0013 8000",
        political_status="party_member",
        education="bachelor",
        rank="section_member",
        skills=["planting", "service"],
        is_resident_team=True,
    )
    user.refresh_from_db()
    assert str(user.identity) == "220*************" + NUMBER[-2:]
    assert user.identity.reveal() == NUMBER
    assert user.sex == "male"
    assert str(user.phone) == "138******00"
    assert (len(user.identity_hash), len(user.identity_last4_hash), len(user.phone_hash)) == (32, 32, 32)
    assert user.skill_labels == "种植、服务"


@pytest.mark.parametrize(
    ("field", "value"), [("identity", "220503198005041234"), ("identity", "12"), ("phone", "12345")]
)
def test_faulty_numbers_are_refused_at_their_field(administrator, unit, field, value):
    with pytest.raises(ValidationError) as caught:
        services.create_user(actor=administrator, name="王强", unit=unit, **{field: value})
    assert set(field_errors(caught)) == {field}


def test_the_sex_must_not_contradict_the_number(administrator, unit):
    with pytest.raises(ValidationError) as caught:
        services.create_user(actor=administrator, name="王强", unit=unit, identity=NUMBER, sex="female")
    assert set(field_errors(caught)) == {"sex"}


def test_one_number_is_one_person(administrator, unit):
    services.create_user(actor=administrator, name="王强", unit=unit, identity=NUMBER)
    with pytest.raises(ValidationError) as caught:
        services.create_user(actor=administrator, name="王二", unit=unit, identity=NUMBER)
    assert set(field_errors(caught)) == {"identity"}


def test_an_update_logs_what_changed_masked_and_nothing_when_nothing_changed(administrator, person):
    services.update_user(person, actor=administrator, identity=NUMBER, position="科员", phone="13800138000")
    entry = last_entry()
    assert entry.action == "accounts.user.update"
    assert entry.changes["position"] == ["", "科员"]
    assert entry.changes["identity"] == ["", "220*************" + NUMBER[-2:]]
    assert NUMBER not in str(entry.changes)
    services.update_user(person, actor=administrator, identity=NUMBER, position="科员", phone="13800138000")
    assert last_entry() == entry


def test_a_person_who_is_also_posted_elsewhere_is_managed_from_above(administrator, person):
    make_posting(person, Role.AUDITOR, COUNTY_B)
    for refused in (
        lambda: services.update_user(person, actor=administrator, position="x"),
        lambda: services.reset_password(person, actor=administrator),
        lambda: services.deactivate_user(person, actor=administrator, reason="x"),
    ):
        with pytest.raises(PermissionDenied, match="上级"):
            refused()
    assert not services.may_manage(administrator, person)
    above = make_user("上级")
    make_posting(above, Role.ADMINISTRATOR, "22")
    make_posting(above, Role.ADMINISTRATOR, "14")
    assert services.may_manage(above, person)
    Posting.objects.filter(user=person, area=COUNTY_B).update(valid_to=timezone.localdate())
    assert services.may_manage(administrator, person)


def test_a_posting_that_only_begins_elsewhere_counts_too(administrator, person):
    make_posting(person, Role.AUDITOR, COUNTY_B, valid_from=timezone.localdate() + timedelta(days=30))
    assert not services.may_manage(administrator, person)


def test_a_person_on_record_is_given_an_account_later(administrator, unit):
    user = services.create_user(actor=administrator, name="王强", unit=unit)
    user = services.give_account(user, actor=administrator, username="wang.qiang", password=FIRST)
    assert (user.is_active, user.must_change_password) == (True, True)
    with pytest.raises(ValidationError, match="已有账号"):
        services.give_account(user, actor=administrator, username="wang.qiang2", password=FIRST)


def test_switched_off_and_on_again(administrator, person):
    with pytest.raises(ValidationError):
        services.deactivate_user(person, actor=administrator, reason=" ")
    off = services.deactivate_user(person, actor=administrator, reason="调离")
    assert not off.is_active
    assert off.session_epoch == person.session_epoch + 1
    assert not off.has_right("household.view")
    assert last_entry().summary == "孙丽（sun.li）：调离"
    with pytest.raises(ValidationError, match="已停用"):
        services.deactivate_user(person, actor=administrator, reason="调离")
    with pytest.raises(ValidationError, match="停用"):
        services.reset_password(person, actor=administrator)
    on = services.reactivate_user(person, actor=administrator, password=FIRST)
    assert (on.is_active, on.must_change_password) == (True, True)
    assert on.has_right("household.view")
    with pytest.raises(ValidationError):
        services.reactivate_user(person, actor=administrator, password=FIRST)


def test_a_reset_password_is_random_and_must_be_changed(administrator, person):
    one, two = (services.reset_password(person, actor=administrator) for _ in range(2))
    assert one != two
    person.refresh_from_db()
    assert person.check_password(two)
    assert person.must_change_password
    assert last_entry().action == "accounts.password.reset"
    assert two not in str(Entry.objects.values())


def test_an_administrator_does_nothing_of_this_to_himself(administrator):
    make_actor(Role.ADMINISTRATOR, VILLAGE_A)
    area = Area.objects.get(pk=COUNTY_A)
    posting = administrator.postings.get()
    today = timezone.localdate()
    for refused in (
        lambda: services.deactivate_user(administrator, actor=administrator, reason="x"),
        lambda: services.reset_password(administrator, actor=administrator),
        lambda: services.end_posting(posting, actor=administrator, on=today),
        lambda: services.add_posting(
            administrator, actor=administrator, role=Role.COUNTY_REVIEWER, area=area, valid_from=today
        ),
    ):
        with pytest.raises(ValidationError, match="自己"):
            refused()
    assert administrator.postings.count() == 1


def test_the_last_administrator_stays(administrator):
    other = make_actor(Role.ADMINISTRATOR, VILLAGE_B)
    superior = make_user("上级")
    make_posting(superior, Role.ADMINISTRATOR, "22")
    make_posting(superior, Role.ADMINISTRATOR, "14")
    services.deactivate_user(other, actor=superior, reason="调离")
    services.deactivate_user(administrator, actor=superior, reason="调离")
    with pytest.raises(ValidationError, match="最后一名"):
        services.deactivate_user(superior, actor=None, reason="调离")
    make_actor(Role.ADMINISTRATOR, VILLAGE_A)
    services.deactivate_user(superior, actor=None, reason="调离")


def test_the_last_administrator_s_posting_is_not_ended(administrator):
    posting = administrator.postings.get()
    with pytest.raises(ValidationError, match="最后一名"):
        services.end_posting(posting, actor=None, on=timezone.localdate())
    make_actor(Role.ADMINISTRATOR, VILLAGE_B)
    services.end_posting(posting, actor=None, on=timezone.localdate())


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_do_not_both_succeed():
    one, two = make_actor(Role.ADMINISTRATOR, VILLAGE_A), make_actor(Role.ADMINISTRATOR, VILLAGE_A)
    together = Barrier(2)
    outcomes = []

    def remove(actor, other):
        try:
            together.wait()
            services.deactivate_user(other, actor=actor, reason="调离")
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=remove, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.filter(is_active=True).count() == 1


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
