"""Samples drawn from a list with a stored seed, and what was opened before it was decided."""

import random
import secrets
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet, Sum

from poverty.audit.services import record
from poverty.review.models import Draw, DrawnCase, Look
from poverty.review.workflows import workflows

_DAY = 86_400


@dataclass(frozen=True)
class Looked:
    """How long a person had a drawn case open since the drawing: `seconds` None: never opened."""

    case_id: int
    seconds: int | None


@transaction.atomic
def draw_sample(
    case_type: str,
    transition: str,
    cases: QuerySet,
    *,
    area_code: str,
    size: int,
    actor: AbstractBaseUser,
    seed: int | None = None,
) -> Draw:
    """Draw `size` of the cases at random and keep the seed with the whole list; the same seed draws the same again.

    `seed` None: a new one. More than there are: all of them. Raises ValidationError for an empty list or size.
    """
    workflows.get(case_type).get(transition)
    ids = sorted(cases.order_by().values_list("pk", flat=True))
    if not ids:
        raise ValidationError("没有可以抽查的户。")
    if size < 1:
        raise ValidationError({"size": "至少抽查一户。"})
    size = min(size, len(ids))
    seed = secrets.randbits(62) if seed is None else seed
    draw = Draw.objects.create(
        case_type=case_type,
        transition=transition,
        area_code=area_code,
        seed=seed,
        population=len(ids),
        size=size,
        drawn_by=actor,
    )
    chosen = drawn_from(ids, seed, size)
    DrawnCase.objects.bulk_create(
        [DrawnCase(draw=draw, case_id=pk, drawn=pk in chosen) for pk in ids], batch_size=2_000
    )
    record("review.draw", draw, actor=actor, summary=f"从 {len(ids)} 户中抽查 {size} 户，随机种子 {seed}")
    return draw


def drawn_from(ids: list[int], seed: int, size: int) -> frozenset[int]:
    """Which of the sorted `ids` a seed draws: the rule by which anybody can repeat a drawing."""
    return frozenset(random.Random(seed).sample(ids, size))  # noqa: S311 - repeatable on purpose


def is_as_drawn(draw: Draw) -> bool:
    """Whether the stored seed still draws the stored sample from the stored list."""
    rows = dict(DrawnCase.objects.filter(draw=draw).values_list("case_id", "drawn"))
    return drawn_from(sorted(rows), draw.seed, draw.size) == {pk for pk, drawn in rows.items() if drawn}


def looked_at(draw: Draw, user: AbstractBaseUser) -> list[Looked]:
    """The drawn cases, with how long this user had each open since the drawing; in the order of their numbers."""
    ids = list(
        DrawnCase.objects.filter(draw=draw, drawn=True).order_by("case_id").values_list("case_id", flat=True)
    )
    looks = Look.objects.filter(
        case_type=draw.case_type, case_id__in=ids, user=user, opened_at__gte=draw.drawn_at
    )
    seconds = dict(looks.order_by().values_list("case_id").annotate(total=Sum("seconds")))
    return [Looked(pk, seconds.get(pk)) for pk in ids]


def not_looked_at(draw: Draw, user: AbstractBaseUser) -> list[int]:
    """The drawn cases that this user has not opened since the drawing: as long as there are any, no list decision."""
    return [one.case_id for one in looked_at(draw, user) if one.seconds is None]


def open_look(case_type: str, case_id: int, *, user: AbstractBaseUser) -> Look:
    """Note that a person opened a case on the desk. The caller has made sure that he may see it."""
    return Look.objects.create(case_type=case_type, case_id=case_id, user=user)


def add_to_look(pk: int, seconds: int, *, user: AbstractBaseUser) -> bool:
    """Note how long a case has been open by now, as the browser tells (seconds, at most a day); it never shrinks.

    Returns whether there is such a look of this person and it grew.
    """
    seconds = max(0, min(seconds, _DAY))
    return bool(Look.objects.filter(pk=pk, user=user, seconds__lt=seconds).update(seconds=seconds))
