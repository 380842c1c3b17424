"""Sample arguments of the addresses of judging: runs, the effect of a standard, facts of a settlement."""

from datetime import UTC, datetime

from households.models import AssessmentRun
from tests.factories.areas import make_area, make_settlement
from tests.factories.standards import make_standard
from tests.url_samples import Place, Sample


def run(place: Place) -> Sample:
    """A run over the county."""
    at = datetime(2018, 10, 1, 2, 30, tzinfo=UTC)
    row = AssessmentRun.objects.create(
        area_code=place.county, year=2018, trigger="nightly", started_at=at, finished_at=at, seconds=1
    )
    return Sample({"pk": row.pk})


def draft(place: Place) -> Sample:
    """A draft of the county's standard."""
    return Sample({"pk": make_standard(place.county, status="draft").pk})


def published(place: Place) -> Sample:
    """The county's standard."""
    return Sample({"pk": make_standard(place.county).pk})


def water(place: Place) -> Sample:
    """Water of a group in the village; the bureau officer is of the water bureau."""
    return Sample({"pk": make_settlement(make_area(place.village)).pk, "fact": "water"})


SAMPLES = {
    "households:run": run,
    "households:standard-preview": draft,
    "households:standard-publish": draft,
    "households:standard-judging": published,
    "households:settlement-fact": water,
}
