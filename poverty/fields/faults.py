"""What is wrong with a number: a code that is stored, a sentence that is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`blocking`: the number cannot be right and is refused; otherwise it is questioned only."""

    code: str
    message: str
    blocking: bool = True


def catalogue(*faults: Fault) -> dict[str, Fault]:
    """Faults by code."""
    return {fault.code: fault for fault in faults}


def messages(faults: Mapping[str, Fault], codes: Iterable[str], *, blocking: bool | None = None) -> list[str]:
    """The sentences for codes; `blocking` True or False picks refusals or questions, None both."""
    return [faults[code].message for code in codes if blocking is None or faults[code].blocking is blocking]
