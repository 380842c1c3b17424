"""What a household lacks, in words, from its stored verdict: for lists, where nothing is judged again."""

from collections.abc import Collection
from dataclasses import dataclass

from households.indicators import INDICATORS
from households.models import INDICATOR_COLUMNS, Assessment
from poverty.fields.states import UNKNOWN, UNMET

# Known from a visit only: a household that nobody visited lacks one thing, not three (practice.md,
# Indicators).
VISITED_ONLY = ("food", "clothing", "stable_income")
NOT_VISITED = "未走访"


@dataclass(frozen=True)
class Lacking:
    """Labels of the indicators that are not reached, and of those that nobody knows yet."""

    unmet: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.unmet or self.unknown)


def lacking(
    assessment: Assessment | None, *, visited: bool = True, only: Collection[str] | None = None
) -> Lacking:
    """What the stored verdict says is unmet and unknown, in the order of the indicators.

    `visited` False: what only a visit can tell is said in one word. `only`: codes that the reader may see.
    """
    if assessment is None:
        return Lacking()
    codes = [code for code in INDICATOR_COLUMNS if only is None or code in only]
    state = {code: getattr(assessment, code) for code in codes}
    unmet = tuple(INDICATORS[code].label for code in codes if state[code] == UNMET)
    unknown = [code for code in codes if state[code] == UNKNOWN]
    if not visited and any(code in VISITED_ONLY for code in unknown):
        words = [INDICATORS[code].label for code in unknown if code not in VISITED_ONLY]
        return Lacking(unmet, (NOT_VISITED, *words))
    return Lacking(unmet, tuple(INDICATORS[code].label for code in unknown))
