"""People on record without an account, put there by whoever arranges helping: a list from the organisation department
names them, nobody of them signs in yet. Neither an account nor a posting comes of it, so nobody gains a right.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from poverty.accounts.models import Unit, User
from poverty.accounts.rights import RIGHTS
from poverty.accounts.services.users import create_user
from poverty.areas.querysets import ancestors_of
from poverty.fields.identity import parse_identity
from poverty.sql.locks import hold
from poverty.sql.prefix import within

COUNTY = 6  # digits


def units_around(place: str):
    """Units in use that may send people to a place: of its county, and of the areas above."""
    county = place[:COUNTY]
    above = Unit.objects.filter(area__in=ancestors_of(county))
    return (Unit.objects.filter(within("area", [county])) | above).filter(is_active=True)


def find_on_record(*, name: str, unit: Unit, identity: str = "") -> User | None:
    """The person whom a list means: by number, else by name within the unit; None: not on record yet.

    ValidationError by field (identity, name): a number that is none, one of somebody else's name, two of one name.
    """
    name = name.strip()
    if identity.strip():
        parsed = parse_identity(identity)
        if parsed.refused:
            raise ValidationError({"identity": parsed.refused})
        known = User.objects.select_related("unit").filter(identity_hash=parsed.hash).first()
        if known is not None:
            if known.name != name:
                raise ValidationError({"identity": "该证件号码登记的是另一个姓名，请核对姓名和号码。"})
            return known
    same = list(User.objects.select_related("unit").filter(name=name, unit=unit).order_by("pk")[:2])
    if len(same) == 2:
        raise ValidationError({"name": f"{unit.name}有不止一名{name}，请填证件号码。"})
    if same and identity.strip() and same[0].identity_hash is not None:
        return None  # of that name too, but another person
    return same[0] if same else None


@transaction.atomic
def put_on_record(*, actor, right: str, place: str, name: str, unit: Unit, **profile) -> User:
    """Put a person of a unit on record, without account and posting, once; `right` is what `actor` arranges at `place` by.

    Raises PermissionDenied without it, ValidationError by field as create_user does, and at "unit" for one that sends
    nobody there.
    """
    if not actor.has_right_at(right, place):
        raise PermissionDenied(f"没有在该区划“{RIGHTS[right]}”的权限。")
    if not units_around(place).filter(pk=unit.pk).exists():
        raise ValidationError({"unit": f"{unit.name}不在本县，或已停用，请另选单位。"})
    if not name.strip():
        raise ValidationError({"name": "请填姓名。"})
    # Two at once, or the same form twice: the second finds him there.
    hold(f"on record {unit.pk} {name.strip()}")
    known = find_on_record(name=name, unit=unit, identity=profile.get("identity", ""))
    if known is not None:
        return known
    # Who may manage accounts is another matter: this person gets none. The log names who put him on record.
    return create_user(actor=None, recorded_by=actor, name=name.strip(), unit=unit, **profile)
