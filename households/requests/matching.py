"""Whom the rows of a sheet are about: keys looked up in the register, some thousands at a time."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from households.models.household import Household
from households.models.member import Member
from households.models.request import RequestRow, TableRequest
from poverty.fields.identity import parse_identity

Reason = RequestRow.Reason
_ON_REGISTER = ("registered", "pending")


@dataclass(frozen=True)
class Match:
    """A row's household, person (None: the row is a household's) and village; or the reason why it has none."""

    household_id: int | None = None
    member_id: int | None = None
    area_code: str = ""
    reason: str = Reason.NONE


def key_text(raw) -> tuple[str, str]:
    """(key, reason) of a cell. A number has lost its last digits where it has more than fifteen."""
    if raw is None:
        return "", Reason.EMPTY
    if isinstance(raw, bool):
        return "", Reason.UNKNOWN
    if isinstance(raw, int | float):
        if float(raw).is_integer() and abs(raw) < 10**15:
            return str(int(raw)), Reason.NONE
        return "", Reason.NUMBER
    text = "".join(unicodedata.normalize("NFKC", str(raw)).split()).upper()
    if not text:
        return "", Reason.EMPTY
    if "E+" in text:
        return "", Reason.NUMBER
    return text, Reason.NONE


def match(keys: Iterable[str], kind: str, county: str) -> dict[str, Match]:
    """{key: match} of keys as `key_text` gives them, in one or two statements. Other counties' rows name nobody."""
    wanted = {one for one in keys if one}
    if kind == TableRequest.Key.HOUSEHOLD_NO:
        rows = Household.objects.filter(household_no__in=wanted).values_list(
            "household_no", "pk", "area_id", "state"
        )
        found = {no: _household(pk, area, state, county) for no, pk, area, state in rows}
    elif kind == TableRequest.Key.MEMBER_NO:
        found = _persons("member_no", {one: one for one in wanted}, county)
    else:
        hashes = {key: bytes(number.hash) for key in wanted if (number := parse_identity(key)).hash}
        found = _persons("identity_hash", hashes, county)
    unknown = Match(reason=Reason.UNKNOWN)
    return {key: found.get(key, unknown) for key in wanted}


def _household(pk: int, area: str, state: str, county: str) -> Match:
    if not area.startswith(county):
        return Match(reason=Reason.ELSEWHERE)
    if state not in _ON_REGISTER:
        return Match(reason=Reason.GONE)
    return Match(pk, None, area)


def _persons(column: str, values: dict, county: str) -> dict[str, Match]:
    rows = Member.objects.filter(**{f"{column}__in": set(values.values())}).values_list(
        column, "pk", "household_id", "household__area_id", "household__state"
    )
    by_value = {}
    for value, pk, household, area, state in rows:
        gone = Match(reason=Reason.GONE)
        one = gone if household is None else _household(household, area, state, county)
        if one.household_id:
            one = Match(household, pk, area)
        by_value[bytes(value) if not isinstance(value, str) else value] = one
    return {key: by_value[value] for key, value in values.items() if value in by_value}
