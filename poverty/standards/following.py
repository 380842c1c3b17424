"""What follows a published standard: the app whose subject it is judges again.

Standards stand above the apps that judge by them, so these say it when they are loaded.
"""

from collections.abc import Callable

from poverty.standards.models import Standard
from poverty.standards.subjects import Subject

_judging: dict[str, Callable[..., None]] = {}


def register(subject: str, judge: Callable[..., None]) -> None:
    """Call `judge(standard, actor=...)` in the transaction in which a standard of this subject comes into force."""
    _judging[Subject(subject).value] = judge


def judge_after(standard: Standard, *, actor) -> None:
    """Let the subject's app put its judging in line; a subject without one is left alone."""
    if judge := _judging.get(standard.subject):
        judge(standard, actor=actor)
