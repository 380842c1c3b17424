"""The words of the regime of a year (practice.md; households/options/regimes.py).

To 2020 the papers say 贫困户, since 2021 脱贫户 and 监测对象. The papers for the years from 2026 are not at hand: they keep
the words of the transition until their own are known (from memory).
"""

from collections.abc import Callable, Mapping
from datetime import date

from households.options.regimes import REGISTRATION, regime_on


def since_2021(words: Mapping[str, str]) -> Callable[[int | None], Mapping[str, str]]:
    """The wording of a ledger whose own words are those to 2020; `words` are those since 2021, by column key."""

    def of_year(year: int | None) -> Mapping[str, str]:
        return {} if year is None or regime_on(date(year, 12, 31)) in (None, REGISTRATION) else words

    return of_year
