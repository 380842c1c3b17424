"""The office's visit form on a phone with network: it takes the position or says why there is none."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from households.models import Visit
from households.services.assess import judge_households
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.factories.visits import make_template

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(clock, phone):
    """The form of a household whose county asks for a position."""
    with transaction.atomic():
        make_standard()
        make_template()
        make_parameter("visit.position_required", area_code=VILLAGE_A[:6], value="true")
        helper, home = make_actor(Role.HELPER, VILLAGE_A), make_household(VILLAGE_A, "王建国")
        make_pairing(home, helper)
        judge_households([home.pk], 2018)
    page = phone(helper)
    page.goto(f"/households/{home.pk}/visit/")
    return page


def save(page):
    page.get_by_role("button", name="保存走访并判定").click()


def test_the_position_of_the_phone_goes_with_the_visit(form):
    form.context.grant_permissions(["geolocation"])
    form.context.set_geolocation({"latitude": 41.728, "longitude": 126.123, "accuracy": 20})
    form.get_by_role("button", name="记下现在的位置").click()
    expect(form.get_by_text("已定位，误差约 20 米。")).to_be_visible()
    expect(form.get_by_label("没有定位的原因")).to_be_hidden()
    save(form)
    expect(form.get_by_text("走访已保存")).to_be_visible()
    assert str(Visit.objects.get().longitude) == "126.123000"


def test_what_is_not_allowed_is_said_and_the_visit_is_saved_with_the_reason(form, faults):
    save(form)
    expect(form.get_by_text("县里要求入户走访有定位").first).to_be_visible()
    faults.expect("status of 422")
    form.get_by_role("button", name="记下现在的位置").click()
    expect(form.get_by_text("在浏览器的网站设置里允许“位置信息”")).to_be_visible()
    expect(form.get_by_label("没有定位的原因")).to_have_value("浏览器没有允许定位")
    save(form)
    expect(form.get_by_text("走访已保存")).to_be_visible()
    assert Visit.objects.get().position_reason == "浏览器没有允许定位"
