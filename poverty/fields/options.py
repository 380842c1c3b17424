"""Option lists: what a drop-down offers and what an import understands.

A list is a Python module, not a table: it changes with the national forms, together with the
code that reads it. Every option has a stable English key (stored), the official Chinese label
(shown, printed, exported), the codes that other systems use for it, and other wordings that
imports accept. Imports go by label; codes differ between systems and years.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

KEY_MAX_LENGTH = 40
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_BLANKS = re.compile(r"\s+")


def normalise_label(text: str) -> str:
    """Make two wordings comparable: full and half width, blanks and letter case do not count."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True)
class Option:
    """One choice. `codes` maps a system's name ("national", "national_2021", ...) to its code."""

    key: str
    label: str
    codes: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.label


O = TypeVar("O", bound=Option)  # noqa: E741


class Options(Generic[O]):
    """An ordered, checked list of options.

    Raises ValueError when built with a bad or repeated key, a wording that would mean two
    options, or a code that one system would use twice: such a list could not be imported by.
    """

    def __init__(self, name: str, options: Iterable[O]):
        self.name = name
        self._by_key: dict[str, O] = {}
        self._by_label: dict[str, O] = {}
        self._by_code: dict[tuple[str, str], O] = {}
        for option in options:
            self._add(option)

    def _add(self, option: O) -> None:
        if not _KEY.fullmatch(option.key) or len(option.key) > KEY_MAX_LENGTH:
            raise ValueError(f"{self.name}: key {option.key!r} is not a short snake_case slug")
        if option.key in self._by_key:
            raise ValueError(f"{self.name}: key {option.key!r} stands twice")
        self._by_key[option.key] = option
        for wording in (option.label, *option.aliases):
            other = self._by_label.setdefault(normalise_label(wording), option)
            if other is not option:
                raise ValueError(f"{self.name}: {wording!r} means {other.key} and {option.key}")
        for system, code in option.codes.items():
            other = self._by_code.setdefault((system, _bare(code)), option)
            if other is not option:
                raise ValueError(f"{self.name}: {system} code {code} means {other.key} and {option.key}")

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(key, label) pairs in official order, for model and form fields."""
        return [(option.key, option.label) for option in self]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._by_key)

    def label(self, key: str | None) -> str:
        """The official label; "" for nothing. A key this list does not know is shown as it is."""
        if not key:
            return ""
        option = self._by_key.get(key)
        return option.label if option else key

    def labels(self, keys: Iterable[str] | None, separator: str = "、") -> str:
        """The labels of a multiple choice, in official order, whatever order they were stored in."""
        chosen = list(keys or ())
        ordered = [key for key in self._by_key if key in chosen]
        ordered += [key for key in chosen if key not in self._by_key]
        return separator.join(self.label(key) for key in ordered)

    def get(self, key: str | None) -> O | None:
        return self._by_key.get(key) if key else None

    def by_label(self, text: str | None) -> O | None:
        """The option whose label or alias this is, in full or half width; None when unknown."""
        return self._by_label.get(normalise_label(text)) if text else None

    def by_code(self, system: str, code: str | int | None) -> O | None:
        """The option with that system's code; 1 and "01" are the same, since Excel drops zeros."""
        if code is None or code == "":
            return None
        return self._by_code.get((system, _bare(str(code))))

    def code(self, key: str | None, system: str) -> str:
        """That system's code of an option; "" where the system has none."""
        option = self.get(key)
        return option.codes.get(system, "") if option else ""

    def keys_where(self, condition: Callable[[O], bool]) -> tuple[str, ...]:
        """Keys of the options that fulfil a condition, for queries such as `field__in`."""
        return tuple(option.key for option in self if condition(option))

    def __getitem__(self, key: str) -> O:
        return self._by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[O]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __repr__(self) -> str:
        return f"<Options {self.name}: {len(self)}>"


def _bare(code: str) -> str:
    return unicodedata.normalize("NFKC", code).strip().lstrip("0") or "0"
