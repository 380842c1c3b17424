"""The registry of what can run in the background. An app registers its runners in its `tasks.py`.

    @runner("assess", label="重新判定", rights=("assess.run",))
    def assess(ctx):
        for part in parts(ctx.params["area_code"]):
            ctx.check()
            ...
            ctx.progress(done, total)
        ctx.result = {"assessed": 12340}

A runner is given ids and fetches the rest itself, can be run twice without harm, and opens its own
transactions. It may run beside a predecessor that was thought dead: what it writes must stand that (guarded
upserts).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class JobCancelled(Exception):
    """Raised inside a runner (by `ctx.check()`) to stop because somebody asked for it, or the job was given
    up.
    """


class JobFailed(Exception):
    """Raised by a runner to fail with a sentence for the user: plain Chinese, no personal data."""


@dataclass(frozen=True)
class Outcome:
    """What the job page says when a job is done: a sentence and, optionally, the address of the result."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Runner:
    """What carries out the jobs of a kind, as `runner` registered it."""

    kind: str
    label: str
    run: Callable[[Any], Any]
    rights: tuple[str, ...]
    outcome: Callable[[Any], Outcome] | None


_runners: dict[str, Runner] = {}


def runner(
    kind: str,
    *,
    label: str,
    rights: tuple[str, ...] = (),
    outcome: Callable[[Any], Outcome] | None = None,
):
    """Register the decorated function as what carries out jobs of `kind`.

    `label` is the kind in words. Any one of `rights`, held at the job's area, allows to run it again or to
    cancel it; without rights only the one who started it may. `outcome(job)` says what a finished job has
    brought. ValueError when the kind is taken by another function.
    """

    def register(function):
        known = _runners.get(kind)
        if known is not None and known.run is not function:
            raise ValueError(f"Two runners for the kind {kind!r}.")
        _runners[kind] = Runner(kind, label, function, tuple(rights), outcome)
        return function

    return register


def get(kind: str) -> Runner | None:
    """The runner of a kind; None when there is none (a job of an earlier version of the program)."""
    return _runners.get(kind)


def label(kind: str) -> str:
    """The kind in words; itself when no runner of that name exists any more."""
    known = _runners.get(kind)
    return known.label if known else kind


def labels() -> list[tuple[str, str]]:
    """(kind, label) of every runner, for filters."""
    return sorted((item.kind, item.label) for item in _runners.values())


def outcome(job) -> Outcome | None:
    """What a finished job has brought; None when its runner does not say, or an earlier version wrote the
    row.
    """
    known = _runners.get(job.kind)
    if known is None or known.outcome is None:
        return None
    try:
        return known.outcome(job)
    except (KeyError, TypeError):
        return None
