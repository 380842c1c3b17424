"""Sample arguments of the addresses of visit templates and of printed comparison sheets."""

from households.models import VisitTemplate
from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing
from tests.factories.sheets import make_sheets
from tests.factories.visits import make_template
from tests.url_samples import Sample


def _paired(place):
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return row


def _bundle(place):
    _paired(place)
    return make_sheets(place.village, place.actor(Role.VILLAGE_CLERK))


def _of_bundle(place):
    return Sample({"pk": _bundle(place).pk})


def _withdrawing(place):
    """Of a helper, only his own bundle."""
    return Sample({"pk": _bundle(place).pk}, refused_to=frozenset({Role.HELPER.value}))


def _village(place):
    _paired(place)
    return Sample({"code": place.village})


def _sheet(place):
    return Sample({"code": _bundle(place).sheets.get().code})


def _template(place, *, published=False):
    source = make_template()
    row = VisitTemplate.objects.create(
        area_code=place.county,
        year_from=2018,
        name="县走访模板",
        blocks=source.blocks,
        drafted_by=place.actor(Role.COUNTY_REVIEWER),
    )
    if published:
        VisitTemplate.objects.filter(pk=row.pk).update(
            published_at="2018-10-01T00:00:00Z",
            published_by=place.actor(Role.COUNTY_REVIEWER),
            document="二扶办〔2018〕12号",
        )
        _paired(place)
    return row


def _draft(place):
    return Sample({"pk": _template(place).pk})


def _published(place):
    return Sample({"pk": _template(place, published=True).pk})


def _block(place):
    return Sample({"pk": _template(place).pk, "key": "food"})


SAMPLES = {
    "households:sheets-new": _village,
    "households:sheet-bundle": _of_bundle,
    "households:sheets-print": _of_bundle,
    "households:sheets-withdraw": _withdrawing,
    "households:sheets-next": _of_bundle,
    "households:sheet": _sheet,
    "households:visit-template": _published,
    "households:visit-template-changes": _published,
    "households:visit-template-edit": _draft,
    "households:visit-template-blocks": _draft,
    "households:visit-template-block": _block,
    "households:visit-template-publish": _draft,
    "households:visit-template-drop": _draft,
}
