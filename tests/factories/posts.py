"""Posts of villages for tests, written straight to the tables (services are tested on their own)."""

from datetime import date

from tests.factories.accounts import make_unit, make_user
from tests.factories.areas import make_area
from tests.factories.villages import make_village
from villages.models import PostTemplate, TemplateRow, VillagePost
from villages.options.posts import POSTS

FIVE = {"leader": 1, "unit": 1, "first_secretary": 1, "team": 1, "technician": 1}


def make_post(
    village=None, post="first_secretary", *, person=None, unit=None, since=date(2017, 5, 1), **fields
):
    """Somebody (or a unit) in a post since May 2017, by document."""
    village = village or make_village()
    unit = unit or make_unit("二道江区林业局", village.area_id[:6], kind="helping_unit")
    if not POSTS[post].by_unit:
        person = person or make_user("赵强", unit=unit)
    return VillagePost.objects.create(
        village=village,
        post=post,
        person=person,
        unit=unit,
        valid_from=since,
        recorded_by=make_user("周录入"),
        **{"document": "选派通知", **fields},
    )


def make_template(county="220503", *, of="poor", rows=FIVE, since=date(2017, 1, 1), **fields):
    """What a county asks of its villages since 2017."""
    template = PostTemplate.objects.create(
        area=make_area(county),
        of=of,
        valid_from=since,
        recorded_by=make_user("周录入"),
        **{"name": "五个一", "document": "帮扶工作方案", **fields},
    )
    TemplateRow.objects.bulk_create(
        TemplateRow(template=template, asked=key, least=number) for key, number in rows.items()
    )
    return template
