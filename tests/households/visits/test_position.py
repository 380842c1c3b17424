"""Where the county asks for a position, the form of the office has it, or why there is none."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.models import Visit
from households.services.facts import facts_changed
from households.visits.services.recording import record_visit
from tests.actors import VILLAGE_A, client_of
from tests.factories.households import make_household, make_pairing
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.factories.visits import make_sent, make_template
from tests.factories.web import typed

pytestmark = pytest.mark.django_db
ASKED = "县里要求入户走访有定位"


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def household(helper):
    make_standard()
    make_template()
    home = make_household(VILLAGE_A)
    make_pairing(home, helper)
    facts_changed([home.pk], [2018])
    return home


@pytest.fixture
def asked():
    make_parameter("visit.position_required", area_code=VILLAGE_A[:6], value="true")


def url(name, pk):
    return reverse(f"households:{name}", args=[pk])


def sent(client, household, **changes):
    """The form as it is shown, changed, sent."""
    form = client.get(url("visit-enter", household.pk)).context["form"]
    return client.post(url("visit-enter", household.pk), typed(form, **changes))


def test_where_nobody_asks_there_is_no_question(helper, household):
    client = client_of(helper)
    page = client.get(url("visit-enter", household.pk))
    assert "position_reason" not in page.context["form"].fields
    assert "visit-position.js" not in page.content.decode()
    assert sent(client, household).status_code == 302


def test_a_position_found_by_the_browser_is_kept(helper, household, asked):
    client = client_of(helper)
    answer = sent(client, household, position="41.728,126.1230004,20", position_reason="浏览器没有允许定位")
    assert answer.status_code == 302
    visit = Visit.objects.get()
    assert (str(visit.latitude), str(visit.longitude), visit.accuracy) == ("41.728000", "126.123000", 20)
    assert visit.position_reason == ""


def test_without_position_and_reason_it_says_what_is_missing_and_keeps_what_was_typed(
    helper, household, asked
):
    client = client_of(helper)
    answer = sent(client, household, remark="房顶漏雨")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ASKED in answer.context["form"].errors["position_reason"][0]
    assert "房顶漏雨" in page
    assert "没有运行网页脚本" in page
    assert not Visit.objects.exists()


def test_the_reason_is_kept_with_the_visit(helper, household, asked):
    client = client_of(helper)
    assert sent(client, household, position_reason=" 事后补录 ").status_code == 302
    visit = Visit.objects.get()
    assert (visit.latitude, visit.position_reason) == (None, "事后补录")
    assert "事后补录" in client.get(url("visit", visit.pk)).content.decode()


def test_a_call_has_no_position(helper, household, asked):
    answer = sent(client_of(helper), household, way="phone", whole_away="on")
    assert answer.status_code == 302
    assert Visit.objects.get().position_reason == ""


@pytest.mark.parametrize("value", ["here", "1,2", "1,2,3,4", "91,10,5", "NaN,1,1", "1,181,5", "1,1,-5"])
def test_nonsense_for_a_position_is_refused_in_words(helper, household, asked, value):
    answer = sent(client_of(helper), household, position=value)
    assert answer.status_code == 422
    assert "定位的内容不对" in answer.context["form"].errors["position_reason"][0]
    assert not Visit.objects.exists()


def test_a_phone_says_why_too_but_not_beside_a_position(helper, household):
    record_visit(make_sent(household, position_reason="设备定不了位"), actor=helper)
    assert Visit.objects.get().position_reason == "设备定不了位"
    both = make_sent(
        household, latitude=41, longitude=126, position_reason="设备定不了位", happened_on=date(2018, 11, 2)
    )
    assert record_visit(both, actor=helper).errors == {"position": ["有定位的不写没有定位的原因。"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        # Neither does the database take both.
        Visit.objects.bulk_create(
            [
                Visit(
                    household=household,
                    year=2018,
                    area_code=VILLAGE_A,
                    template=make_template(),
                    visitor=helper,
                    recorded_by=helper,
                    happened_on=date(2018, 11, 1),
                    latitude=41,
                    longitude=126,
                    position_reason="设备定不了位",
                    identity="6f2b1c9e-3f0e-4c55-9a51-0d1d8f5f4a10",
                    digest="0" * 64,
                )
            ]
        )
