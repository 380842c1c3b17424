"""A visit as it was sent, read and checked for its shape: by a phone, by the page, from paper typed in the office."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

Items = Mapping[str, tuple[Decimal, str]]
ON_A_PAGE = "网页"  # the device of a visit that was written into the office's form
_ABOUT_THE_SENDING = ("sent_at", "device")


@dataclass(frozen=True)
class SentFact:
    """A fact of the year: what the visitor saw before and what he says, as JSON (households/visits/values.py).

    `member` None: of the household.
    """

    field: str
    base: Any
    value: Any
    member: int | None = None


@dataclass(frozen=True)
class SentAmount:
    """A large income or expense of the month, yuan. `item`: a key of the catalogue, or ""."""

    direction: str
    amount: Decimal
    item: str = ""
    note: str = ""


@dataclass(frozen=True)
class SentIncome:
    """The income sheet as it is to be, and as the visitor saw it: item -> (yuan, remark), groups answered "none"."""

    items: Items
    none_groups: tuple[str, ...] = ()
    base_items: Items = field(default_factory=dict)
    base_none_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class SentNeed:
    """A need (诉求) that the household told. `whom`: who is asked to answer, "" not said."""

    identity: UUID
    kind: str
    text: str
    whom: str = ""


@dataclass(frozen=True)
class SentPhoto:
    """A photo that will follow. `taken_at` None: the phone does not say."""

    identity: UUID
    sha256: str
    bytes: int
    taken_at: datetime | None = None
    kind: str = "other"


@dataclass(frozen=True)
class Sent:
    """One visit. None and "" are "not said"."""

    identity: UUID
    household: int
    year: int
    template: int
    happened_on: date
    started_at: datetime | None = None
    ended_at: datetime | None = None
    way: str = "home"
    whole_away: bool = False
    late_reason: str = ""
    companions: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[SentFact, ...] = ()
    amounts: tuple[SentAmount, ...] = ()
    income: SentIncome | None = None
    needs: tuple[SentNeed, ...] = ()
    remark: str = ""
    problems: str = ""
    next_promise: str = ""
    next_on: date | None = None
    signer_name: str = ""
    signer_relation: str = ""
    signed: bool | None = None
    refusal_reason: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy: int | None = None
    position_reason: str = ""
    photos: tuple[SentPhoto, ...] = ()
    device: str = ""
    sent_at: datetime | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of what was said: equal whenever the same visit is sent again, whatever the day and the device.

        What was not said takes no part: a visit received before there was a field is the same visit after it.
        """
        said = {name: value for name, value in _said(self).items() if name not in _ABOUT_THE_SENDING}
        return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()

    @property
    def order(self) -> tuple[date, float]:
        """Which of two visits was made later: by the day, then by the phone's clock."""
        return self.happened_on, self.started_at.timestamp() if self.started_at else 0.0


def _said(value: Any) -> Any:
    """As JSON would have it, without what is as it is when nothing is said."""
    if is_dataclass(value):
        told = {one: getattr(value, one.name) for one in fields(value)}
        return {one.name: _said(this) for one, this in told.items() if this != _unsaid(one)}
    if isinstance(value, Mapping):
        return {name: _said(this) for name, this in value.items()}
    if isinstance(value, list | tuple):
        return [_said(this) for this in value]
    return value


def _unsaid(one) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default
