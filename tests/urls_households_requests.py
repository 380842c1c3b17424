"""Sample arguments of the addresses of tables from above: one issued, with a row of a household with its helper."""

from datetime import timedelta

from django.utils import timezone

from households.models import RecurringRequest, RequestPart, RequestRow, TableRequest
from households.services.request_filling import submit
from poverty.accounts.models import Role
from poverty.review.services import fire
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample

COLUMNS = [
    {"name": "c0", "heading": "户编号", "position": 0, "role": "left"},
    {"name": "c1", "heading": "是否加装", "position": 1, "role": "fill", "kind": "yes_no"},
]


def _row(place: Place) -> RequestRow:
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    reviewer = place.actor(Role.COUNTY_REVIEWER)
    asked = TableRequest.objects.create(
        area_code=place.county,
        title="净水器",
        sender="省水利厅",
        deadline=timezone.now() + timedelta(days=1),
        year=2018,
        key_position=0,
        columns=COLUMNS,
        prepared_at=timezone.now(),
        created_by=reviewer,
    )
    fire("issue", asked, actor=reviewer)
    given = RequestPart.objects.create(request=asked, area_code=place.village)
    return RequestRow.objects.create(
        request=asked, part=given, number=2, household=household, area_code=place.village
    )


def table(place: Place) -> Sample:
    return Sample({"pk": _row(place).request_id})


def part(place: Place) -> Sample:
    return Sample({"pk": _row(place).part_id})


def row(place: Place) -> Sample:
    return Sample({"pk": _row(place).pk})


def _handed_in(place: Place) -> Sample:
    handed_in = _row(place).part
    submit(handed_in, actor=place.actor(Role.VILLAGE_CLERK), comment="户主外出")
    return Sample({"pk": handed_in.pk})


def _recurring(place: Place) -> Sample:
    made = RecurringRequest.objects.create(
        area_code=place.county,
        title="务工月报",
        condition="workers",
        every="month",
        days=3,
        created_by=place.actor(Role.COUNTY_REVIEWER),
    )
    return Sample({"pk": made.pk})


SAMPLES = {
    **{
        f"households:request{name}": table
        for name in (
            "",
            "-columns",
            "-rows",
            "-discard",
            "-close",
            "-remind",
            "-merged",
            "-fill",
            "-part-file",
            "-part-upload",
            "-updates",
        )
    },
    "households:request-row": row,
    "households:request-decide": row,
    "households:request-submit": part,
    "households:request-back": _handed_in,
    "households:request-accept": _handed_in,
    "households:recurring-new": lambda place: Sample({"condition": "chosen_persons"}, everywhere=True),
    "households:recurring-switch": _recurring,
}
