"""The pages of people, units and one's own account."""

import pytest
from django.urls import reverse
from django.utils import timezone

from poverty.accounts import services
from poverty.accounts.forms import UnitForm, UserForm
from poverty.accounts.models import Role, Unit, User
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, client_of
from tests.factories.accounts import PASSWORD, make_posting, make_unit, make_user
from tests.factories.areas import make_area
from tests.factories.web import typed


@pytest.fixture
def unit(db):
    return make_unit(area=COUNTY_A)


@pytest.fixture
def person(administrator, unit):
    user = services.create_user(
        actor=administrator, name="单小平", unit=unit, username="shan.xiaoping", password=PASSWORD
    )
    make_posting(user, Role.TOWNSHIP_OFFICER, TOWNSHIP_A)
    return user


@pytest.fixture
def admin(administrator):
    return client_of(administrator)


def names(response):
    return [row.name for row in response.context["page"].rows]


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


# --- the list of people -----------------------------------------------------------------------------------


def test_the_list_shows_the_own_area_in_pinyin_order(admin, person, administrator):
    make_posting(make_user("艾华", pinyin="ai hua"), Role.LEADER, COUNTY_A)
    make_posting(make_user("外县人"), Role.LEADER, COUNTY_B)
    make_user("无单位无任职")
    shown = names(admin.get(url("users")))
    assert set(shown) == {"艾华", "单小平", administrator.name}
    assert shown.index("艾华") < shown.index("单小平")


def test_a_county_reviewer_looks_but_gets_no_button(county_reviewer, person):
    client = client_of(county_reviewer)
    page = client.get(url("users")).content.decode()
    assert "单小平" in page
    assert "登记人员" not in page
    page = client.get(url("user", person.pk)).content.decode()
    assert "重置密码" not in page
    assert "账号记录" not in page, "the log of accounts is the administrator's and the auditor's"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "单小"}, True),
        ({"q": "sxp"}, True),
        ({"q": "shan"}, True),
        ({"q": "dxp"}, False),
        ({"q": "shan.xiao"}, True),
        ({"role": "township_officer"}, True),
        ({"role": "leader"}, False),
        ({"area": TOWNSHIP_A}, True),
        ({"area": TOWNSHIP_A, "role": "township_officer"}, True),
        ({"area": "220503101"}, False),
        ({"area": "220503101", "role": "township_officer"}, False),
        ({"state": "active"}, True),
        ({"state": "inactive"}, False),
        ({"state": "none"}, False),
    ],
)
def test_filters_of_people(admin, person, query, found):
    make_area("220503101")
    assert ("单小平" in names(admin.get(url("users"), query))) == found


def test_filters_are_sent_in_the_body_and_come_back_as_the_address(admin, person):
    sent = {"q": " 单小 ", "role": "township_officer", "area": TOWNSHIP_A, "unit": "", "state": ""}
    answer = admin.post(url("users"), sent)
    assert answer.url == f"{url('users')}?q=%E5%8D%95%E5%B0%8F&role=township_officer&area={TOWNSHIP_A}"
    assert names(admin.get(answer.url)) == ["单小平"]
    assert 'class="filters" method="post"' in admin.get(answer.url).content.decode()


@pytest.mark.parametrize("text", ["13804351234", "138-0435-1234", "220503198005011234", "单 13804351234"])
@pytest.mark.parametrize("name", ["users", "units"])
def test_what_may_be_somebodys_number_stays_out_of_the_address(admin, person, name, text):
    answer = admin.post(url(name), {"q": text, "area": TOWNSHIP_A}, follow=True)
    assert answer.redirect_chain == [(f"{url(name)}?area={TOWNSHIP_A}", 302)]
    page = answer.content.decode()
    assert "不写进网址" in page
    assert text not in page
    by_hand = admin.get(url(name), {"q": text, "area": TOWNSHIP_A})
    assert by_hand.url == f"{url(name)}?area={TOWNSHIP_A}"


def test_an_account_with_many_digits_is_still_found(admin, administrator, unit):
    services.create_user(actor=administrator, name="李一", unit=unit, username="li2018001", password=PASSWORD)
    answer = admin.post(url("users"), {"q": "li2018001"})
    assert names(admin.get(answer.url)) == ["李一"]


def test_the_unit_filter_counts_own_unit_and_posting_unit(admin, person, unit):
    other = make_unit("二道江区教育局", COUNTY_A)
    assert "单小平" in names(admin.get(url("users"), {"unit": unit.pk}))
    assert "单小平" not in names(admin.get(url("users"), {"unit": other.pk}))
    person.postings.update(unit=other)
    assert "单小平" in names(admin.get(url("users"), {"unit": other.pk}))


def test_a_filter_outside_the_area_finds_nothing_new(admin, person):
    make_posting(make_user("外县人"), Role.LEADER, make_area(COUNTY_B))
    assert "外县人" not in names(admin.get(url("users"), {"area": COUNTY_B}))
    assert "外县人" not in names(admin.get(url("users"), {"q": "外县"}))


def test_the_list_costs_the_same_for_many(admin, person, unit, django_assert_max_num_queries):
    for n in range(60):
        make_posting(make_user(f"人{n}", unit=unit, pinyin=f"x{n:02}"), Role.LEADER, COUNTY_A)
    admin.get(url("me"))  # the first page of a session also finds out where and in which year one works
    with django_assert_max_num_queries(12):
        first = admin.get(url("users"))
    assert len(first.context["page"].rows) == 50
    assert first.context["count"] == 62
    rest = admin.get(url("users"), {"page": first.context["page"].next_token})
    assert len(rest.context["page"].rows) == 12


# --- a person ---------------------------------------------------------------------------------------------


def test_the_page_masks_numbers_and_shows_only_postings_of_the_own_area(admin, person, administrator):
    services.update_user(person, actor=administrator, phone="13800138000")
    make_posting(person, Role.AUDITOR, COUNTY_B)
    page = admin.get(url("user", person.pk)).content.decode()
    assert "138******00" in page
    assert "13800138000" not in page
    assert COUNTY_B not in page
    assert "另有 1 项任职在您的区划以外" in page
    assert "重置密码" not in page
    assert admin.get(url("user-reset-password", person.pk)).status_code == 403


def test_registering_with_an_account_shows_the_first_password_once(admin, administrator, unit):
    form = UserForm(actor=administrator)
    response = admin.post(
        url("user-add"), typed(form, name="刘洋", unit=unit.pk, username="liu.yang", phone="138 0013 8000")
    )
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    password = response.context["password"]
    user = User.objects.get(username="liu.yang")
    assert user.check_password(password)
    assert user.must_change_password
    assert password not in admin.get(url("user", user.pk)).content.decode()


def test_registering_without_an_account_leads_to_the_page(admin, administrator, unit):
    form = UserForm(actor=administrator)
    response = admin.post(url("user-add"), typed(form, name="刘洋", unit=unit.pk))
    assert response.status_code == 302
    assert not User.objects.get(name="刘洋").has_account


def test_what_was_typed_stays_when_it_is_refused(admin, administrator, unit):
    form = UserForm(actor=administrator)
    response = admin.post(
        url("user-add"), typed(form, name="刘洋", unit=unit.pk, identity="123", username="13812345678")
    )
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "刘洋" in response.content.decode()
    assert not User.objects.filter(name="刘洋").exists()


def test_editing_keeps_numbers_that_were_not_typed_anew(admin, person, administrator):
    services.update_user(person, actor=administrator, phone="13800138000")
    person.refresh_from_db()
    form = UserForm(instance=person, actor=administrator)
    response = admin.post(url("user-edit", person.pk), typed(form, position="科员"))
    assert response.status_code == 302
    person.refresh_from_db()
    assert person.position == "科员"
    assert person.phone.reveal() == "13800138000"


def test_two_who_edit_the_same_field_are_asked(admin, person, administrator):
    form = UserForm(instance=User.objects.get(pk=person.pk), actor=administrator)
    data = typed(form, position="科员")
    services.update_user(person, actor=administrator, position="主任")
    response = admin.post(url("user-edit", person.pk), data)
    assert response.status_code == 200
    assert "position" in response.context["form"].conflicts
    person.refresh_from_db()
    assert person.position == "主任"


def test_reset_deactivate_and_reactivate_from_the_page(admin, person):
    assert admin.get(url("user-reset-password", person.pk)).status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD), "looking changes nothing"
    password = admin.post(url("user-reset-password", person.pk)).context["password"]
    person.refresh_from_db()
    assert person.check_password(password)
    assert admin.post(url("user-deactivate", person.pk), {"reason": ""}).status_code == 200
    assert admin.post(url("user-deactivate", person.pk), {"reason": "调离"}).status_code == 302
    assert "已停用" in admin.post(url("user-reset-password", person.pk)).content.decode()
    assert admin.post(url("user-reactivate", person.pk)).context["password"]
    person.refresh_from_db()
    assert person.is_active


def test_an_account_for_a_person_on_record(admin, administrator, unit):
    user = services.create_user(actor=administrator, name="刘洋", unit=unit)
    assert (
        "username" in admin.post(url("user-give-account", user.pk), {"username": "1"}).context["form"].errors
    )
    response = admin.post(url("user-give-account", user.pk), {"username": "liu.yang"})
    user.refresh_from_db()
    assert user.check_password(response.context["password"])


def test_the_administrator_does_not_find_buttons_for_himself(admin, administrator):
    page = admin.get(url("user", administrator.pk)).content.decode()
    for word in ("重置密码", "停用账号", "安排任职", "终止任职"):
        assert word not in page
    assert (
        "请由另一名系统管理员办理"
        in admin.post(url("user-deactivate", administrator.pk), {"reason": "x"}).content.decode()
    )


# --- postings ---------------------------------------------------------------------------------------------


def test_a_posting_is_added_and_ended_from_the_page(admin, person):
    village = make_area(VILLAGE_A)
    data = {"role": "village_clerk", "area": village.code, "valid_from": "2026-01-01", "document": "x"}
    assert admin.post(url("posting-add", person.pk), data).status_code == 302
    posting = person.postings.get(role="village_clerk")
    again = admin.post(url("posting-add", person.pk), data)
    assert again.status_code == 200
    assert "时间重叠" in again.content.decode()
    today = f"{timezone.localdate()}"
    assert admin.post(url("posting-end", posting.pk), {"on": "2025-01-01", "reason": "x"}).status_code == 200
    assert admin.post(url("posting-end", posting.pk), {"on": today, "reason": "调离"}).status_code == 302
    posting.refresh_from_db()
    assert posting.valid_to == timezone.localdate()


def test_places_offered_are_those_of_the_own_area(admin, person):
    make_area(VILLAGE_A)
    make_area("140212100201")
    response = admin.get(url("posting-add", person.pk))
    offered = set(response.context["form"].fields["area"].queryset.values_list("code", flat=True))
    assert VILLAGE_A in offered
    assert COUNTY_A in offered
    assert not any(code.startswith("14") for code in offered)
    data = {"role": "leader", "area": COUNTY_B, "valid_from": "2026-01-01"}
    assert "area" in admin.post(url("posting-add", person.pk), data).context["form"].errors


def test_a_province_is_offered_counties_and_below_the_chosen_one(person):
    make_area(VILLAGE_A)
    above = make_user("上级")
    make_posting(above, Role.ADMINISTRATOR, "22")
    client = client_of(above)
    fields = client.get(url("posting-add", person.pk)).context["form"].fields
    assert set(fields["area"].queryset.values_list("code", flat=True)) == {"22", "2205", COUNTY_A}
    fields = client.get(url("posting-add", person.pk), {"area": COUNTY_A}).context["form"].fields
    assert VILLAGE_A in set(fields["area"].queryset.values_list("code", flat=True))


# --- units ------------------------------------------------------------------------------------------------


def test_units_of_the_area_and_of_those_above_are_looked_up(village_clerk, unit):
    make_unit("吉林省水利厅", "22")
    make_unit("新荣区水利局", COUNTY_B)
    make_unit("团结村合作社", "220503100202")
    shown = names(client_of(village_clerk).get(url("units")))
    assert set(shown) == {unit.name, "吉林省水利厅"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "水利"}, True),
        ({"q": "教育"}, False),
        ({"kind": "sector_bureau"}, True),
        ({"kind": "enterprise"}, False),
        ({"sector": "water"}, False),
        ({"area": COUNTY_A}, True),
        ({"active": "yes"}, True),
        ({"active": "no"}, False),
    ],
)
def test_filters_of_units(admin, unit, query, found):
    assert (unit.name in names(admin.get(url("units"), query))) == found


def test_a_unit_is_entered_and_edited_from_the_page(admin, administrator):
    make_area(COUNTY_A)
    form = UnitForm(actor=administrator)
    data = typed(form, name="二道江区教育局", kind="sector_bureau", area=COUNTY_A)
    assert admin.post(url("unit-add"), data).status_code == 302
    again = admin.post(url("unit-add"), data)
    assert again.status_code == 200
    assert "同名" in again.content.decode()
    unit = Unit.objects.get(name="二道江区教育局")
    form = UnitForm(instance=unit, actor=administrator)
    assert admin.post(url("unit-edit", unit.pk), typed(form, address="滨江路1号")).status_code == 302
    unit.refresh_from_db()
    assert unit.address == "滨江路1号"


def test_who_sees_no_people_sees_the_unit_without_them(village_clerk, person, unit, admin):
    person.postings.update(unit=unit)
    assert "单小平" not in client_of(village_clerk).get(url("unit", unit.pk)).content.decode()
    assert "单小平" in admin.get(url("unit", unit.pk)).content.decode()


# --- one's own page ---------------------------------------------------------------------------------------


def test_the_own_page_says_in_words_what_one_may_do(helper, nobody):
    page = client_of(helper).get(url("me")).content.decode()
    assert "帮扶责任人" in page
    assert "采集年度信息" in page
    assert "发布退出标准" not in page
    page = client_of(nobody).get(url("me")).content.decode()
    assert "还没有任职，所以看不到任何数据" in page


def test_the_own_page_shows_own_sign_ins_only(client, person, administrator):
    client.post("/sign-in/", {"username": "shan.xiaoping", "password": "wrong"}, REMOTE_ADDR="10.9.8.7")
    page = client_of(person)
    person.must_change_password = False
    person.save()
    assert "10.9.8.7" in page.get(url("me")).content.decode()
    assert "10.9.8.7" not in client_of(administrator).get(url("me")).content.decode()


def test_the_refusal_says_who_can(village_clerk):
    response = client_of(village_clerk).get(url("users"))
    assert response.status_code == 403
    page = response.content.decode()
    assert "查看人员" in page
    assert "县扶贫办、系统管理员" in page
