"""People, units and postings for tests, written straight to the tables (services are tested on their own)."""

from datetime import date
from itertools import count

from poverty.accounts.models import Posting, Role, Unit, User
from tests.factories.areas import make_area

_numbers = count(1)

PASSWORD = "Chun-Tian-2026"  # what make_user(password=PASSWORD) signs in with

SECTOR = "water"  # the sector of a bureau officer when a test does not care

# Where each role is posted within a county: length of the area code.
_LEVEL = {
    Role.HELPER: 12,
    Role.VILLAGE_CLERK: 12,
    Role.TOWNSHIP_OFFICER: 9,
}


def make_unit(name="二道江区水利局", area="220503", kind="sector_bureau", **fields):
    """A unit at the area (code or Area). The same name and area twice is the same row."""
    area = make_area(area) if isinstance(area, str) else area
    return Unit.objects.get_or_create(name=name, area=area, defaults={"kind": kind, **fields})[0]


def make_user(name="王芳", *, username=None, password=None, must_change_password=False, **fields):
    """An active person without any posting. Without `password` nobody can sign in by the form (and it is
    fast); `client.force_login(user)` works all the same."""
    user = User(
        name=name,
        username=username or f"user{next(_numbers)}",
        must_change_password=must_change_password,
        **fields,
    )
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    return user


def make_posting(user=None, role=Role.TOWNSHIP_OFFICER, area="220503100", **fields):
    """A posting open since 2016 to the area (code or Area); a bureau officer gets a sector."""
    fields.setdefault("valid_from", date(2016, 1, 1))
    if role == Role.BUREAU_OFFICER:
        fields.setdefault("sector", SECTOR)
    area = make_area(area) if isinstance(area, str) else area
    posting = Posting.objects.create(user=user or make_user(), role=role, area=area, **fields)
    posting.user.forget_rights()
    return posting


def make_actor(role=Role.TOWNSHIP_OFFICER, village="220503100204", **fields):
    """A person with one posting in this role, at the level of the role above (or at) `village`."""
    role = Role(role)
    user = make_user(name=role.label)
    make_posting(user, role, village[: _LEVEL.get(role, 6)], **fields)
    return user
