"""Two at the same moment, each with a connection of its own: a page sent twice writes once, a day is one thing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from households.duties.models import HelpAction, Leave, Presence
from households.duties.services.helping import add_help
from households.duties.services.leave import apply_leave
from households.duties.services.presence import add_days
from poverty.areas.models import Area
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A
from tests.at_once import at_once
from tests.factories.accounts import make_actor

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def helper(transactional_db):
    return make_actor("helper", VILLAGE_A)


@pytest.fixture
def village(helper):
    return Area.objects.get(pk=VILLAGE_A)


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def test_a_page_that_is_pressed_twice_writes_one_gift(helper, village):
    sent = {
        "village": village,
        "happened_on": yesterday(),
        "item": "化肥",
        "amount": 240,
        "identity": uuid4(),
    }
    results = at_once(*[lambda: add_help("supplies", helper, actor=helper, **sent)] * 3)
    row = HelpAction.objects.get()
    assert results == [row, row, row]
    assert Entry.objects.filter(action="households.helpaction.add").count() == 1


def test_a_day_told_and_asked_for_as_leave_at_once_is_one_of_them(helper, village):
    day = yesterday()

    def there():
        return add_days(helper, village, [day], actor=helper, work="走访")

    def away():
        return apply_leave(
            helper, village, actor=helper, kind="sick", starts_on=day, ends_on=day, reason="看病"
        )

    results = at_once(there, away)
    [refused] = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refused, ValidationError)
    assert "已登记驻村" in str(refused) or "已申请请假" in str(refused)
    assert Presence.objects.count() + Leave.objects.count() == 1
