"""What an administrator can do, and what is refused to him: each success beside its refusals."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from poverty.accounts import services
from poverty.accounts.models import Posting, Role, User
from poverty.areas.models import Area
from poverty.audit.models import Entry
from poverty.fields.identity import resident_number
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor, make_posting, make_unit, make_user

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


def test_who_was_posted_here_once_and_works_elsewhere_is_not_managed_here(administrator):
    """He may be posted again where his unit is: nobody here must know his password then."""
    user = make_user("周远", username="zhou.yuan", unit=make_unit("新荣区扶贫办", area=COUNTY_B))
    posting = make_posting(user, Role.INSPECTOR, COUNTY_A, valid_to=timezone.localdate())
    with pytest.raises(PermissionDenied, match="单位不在"):
        services.reset_password(user, actor=administrator)
    Posting.objects.filter(pk=posting.pk).update(valid_to=None)
    assert services.may_manage(administrator, user)


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
