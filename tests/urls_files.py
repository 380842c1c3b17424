"""Sample arguments of the addresses of files: a photo of a settlement of the place."""

from poverty.accounts.models import Role
from poverty.accounts.rights import ROLE_RIGHTS
from poverty.files import pictures, settlements
from poverty.files.services import link
from tests.factories import files as contents
from tests.factories.areas import make_area, make_settlement
from tests.factories.files import make_file
from tests.url_samples import Sample

# Settlements belong to places; a helper's are households.
HIDDEN = frozenset({Role.HELPER.value})
UNABLE = frozenset(role.value for role in Role if "settlement.edit" not in ROLE_RIGHTS[role]) - HIDDEN


def _linked(place):
    clerk = place.actor(Role.VILLAGE_CLERK)
    settlement = make_settlement(make_area(place.village))
    # The place's number makes the photo another one: the same content would be the same file.
    file = make_file(clerk, contents.jpeg(colour=f"#{place.village[:6]}"), area_code=place.village)
    pictures.make(file.pk)
    return link(file, settlement, role="photo", actor=clerk)


def _file(place, **kwargs):
    return Sample({"pk": _linked(place).file_id, **kwargs}, hidden_from=HIDDEN)


def _case(place, refused_to=frozenset()):
    made = _linked(place)
    kwargs = {"case_type": settlements.CASE_TYPE, "case_id": made.case_id, "role": "photo"}
    return Sample(kwargs, hidden_from=HIDDEN, refused_to=refused_to)


SAMPLES = {
    "files:file": _file,
    "files:original": _file,
    "files:picture": lambda place: _file(place, size="small"),
    "files:gallery": _case,
    "files:upload": lambda place: _case(place, UNABLE),
    "files:remove": lambda place: Sample({"pk": _linked(place).pk}, hidden_from=HIDDEN, refused_to=UNABLE),
}
