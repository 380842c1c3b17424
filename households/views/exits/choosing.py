"""What was ticked on a page of households, and whether it still is the list that was looked at.

Every row carries its key: nobody is passed who did not stand on the page, and nobody for not being mentioned.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from households.models import ExitCase

CHANGED = "名单已变，请刷新：下面是现在的名单，核对后再提交。"
NOBODY = "请先勾选要办理的户。"
_MOST = 5_000  # as many as a form takes
_DIGITS = 18  # more is no key of ours, and would not fit into one


def keys_of(request, name: str) -> list[int]:
    """Keys sent under a name, one by one or joined by commas; what is no key is none of them."""
    texts = [text for value in request.POST.getlist(name) for text in value.split(",")]
    return [int(one) for one in texts if one.isascii() and one.isdigit() and len(one) <= _DIGITS][:_MOST]


@dataclass
class Row:
    """One household of a page: its form (None: none is needed), whether it is ticked, why it cannot go on ("": it can)."""

    case: ExitCase
    form: object | None
    ticked: bool
    why: str

    @property
    def open(self) -> bool:
        """Whether it is offered; what was ticked stays in sight, so that nothing typed is lost."""
        return self.ticked or not self.why


def rows_of(
    request,
    cases: Iterable[ExitCase],
    make_form: Callable | None,
    stopped: Mapping[int, str],
) -> list[Row]:
    """The rows of a page. At first everybody is ticked who can go on; then, who was."""
    posted = request.method == "POST"
    ticked = set(keys_of(request, "case")) if posted else set()
    return [
        Row(
            one,
            make_form(request.POST if posted and one.pk in ticked else None, one) if make_form else None,
            one.pk in ticked if posted else one.pk not in stopped,
            stopped.get(one.pk, ""),
        )
        for one in cases
    ]


def fault_of(request, rows: Iterable[Row]) -> str:
    """What is wrong with the choice: another list than the one that was looked at, or nobody; "" when it is in order."""
    if set(keys_of(request, "shown")) != {row.case.pk for row in rows}:
        return CHANGED
    return "" if any(row.ticked for row in rows) else NOBODY
