"""What is shown of a personal number to those who may not see it in full."""

from collections.abc import Callable

STAR = "*"


def _cover(text: str, head: int, tail: int) -> str:
    """Keep the length; a text too short to hide anything is covered whole."""
    hidden = len(text) - head - tail
    if hidden < head + tail:
        return STAR * len(text)
    return text[:head] + STAR * hidden + text[len(text) - tail :]


def mask_identity(number: str) -> str:
    """First three and last two: 220*************12. The year of birth and sex stay hidden."""
    return _cover(number, 3, 2)


def mask_phone(number: str) -> str:
    """First three and last two: 138******34."""
    return _cover(number, 3, 2)


def mask_bank(number: str) -> str:
    """The last two only: the first six would name the bank and the kind of card."""
    return _cover(number, 0, 2)


MASKS: dict[str, Callable[[str], str]] = {
    "identity": mask_identity,
    "phone": mask_phone,
    "bank": mask_bank,
}
