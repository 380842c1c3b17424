"""A clean list decided at once: after a sample drawn with a stored seed, and after every exception was opened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from households.desk.queue import CLEAN, Queue, queue_of
from households.desk.stages import CASE, REVIEW, RIGHT, desk_cases
from households.exits.readiness import may_review
from households.exits.workflow import EXIT
from households.models import DeskDecision, DeskOpened, ExitCase
from households.services.desk.cases import opened
from households.services.exits.locking import hold_households
from poverty.parameters.services import values_for
from poverty.review.batch import fire_many
from poverty.review.holds import refusals
from poverty.review.levels import CHECKED_LANES, Lane
from poverty.review.models import Draw, DrawnCase, FactEntry, Look, Step
from poverty.review.services.looks import draw_sample
from poverty.review.services.papers import check_paper_day

_PARAMETERS = ("desk.sample_percent", "desk.sample_least", "desk.list_most")


@dataclass(frozen=True)
class Opening:
    """A case to be opened before a list is decided: drawn from it, or standing out beside it."""

    case_id: int
    drawn: bool
    kinds: tuple[str, ...] = ()
    times: int = 0
    seconds: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it has been opened as it stands now."""
        return self.times > 0


@dataclass(frozen=True)
class Prospect:
    """What would become of a drawn list if it were decided now."""

    draw: Draw
    still: tuple[int, ...]  # would be decided
    left: dict[int, str]  # would not, and why
    openings: tuple[Opening, ...] = field(default_factory=tuple)
    returned: tuple[int, ...] = ()  # drawn and sent back: the sample found something

    @property
    def unopened(self) -> list[Opening]:
        """What has not been opened yet."""
        return [one for one in self.openings if not one.is_open]

    @property
    def why_not(self) -> str:
        """Why the list cannot be decided now; "" when it can."""
        if self.returned:
            return f"抽中的户里有 {len(self.returned)} 户被退回，抽查没有通过，请重新抽取一份名单再查看。"
        drawn = sum(one.drawn for one in self.unopened)
        others = len(self.unopened) - drawn
        texts = [f"抽中的还有 {drawn} 户" if drawn else "", f"有异常的还有 {others} 户" if others else ""]
        if any(texts):
            return f"{'，'.join(text for text in texts if text)}没有打开查看，逐户打开后才能按名单办理。"
        return "" if self.still else "名单上的户都已办理或不再符合按名单办理的条件。"


def clean_list(place: str, *, actor) -> tuple[Queue, list[int], dict[int, str]]:
    """What waits for review in a place, the clean cases of it that the actor could decide now, and why others that
    look clean could not (blocked, or he took part in an earlier step). At most as many as the place's rule allows.
    """
    cases = desk_cases(actor).under(place)
    waiting = queue_of(cases, REVIEW, place)
    clean = waiting.narrowed(place, CLEAN).keys
    blocked = _blocked(clean, actor) | _drawn_before(clean, actor)
    most = values_for(_PARAMETERS, place, timezone.localdate())["desk.list_most"]
    return waiting, [pk for pk in clean if pk not in blocked][:most], blocked


@transaction.atomic
def draw_list(place: str, *, actor, seed: int | None = None) -> Draw:
    """Draw a sample from the clean cases of a place, by its parameters of today; the list and the seed are kept.

    Raises PermissionDenied without the right there, ValidationError when there is no clean case.
    """
    if not actor.has_right_at(RIGHT, place):
        raise PermissionDenied("名单由县扶贫办审核。")
    rule = values_for(_PARAMETERS, place, timezone.localdate())
    _, clean, _ = clean_list(place, actor=actor)
    if not clean:
        raise ValidationError("这里没有可以按名单办理的户：没有异常、公示期满、没有异议的户才列入。")
    size = max(rule["desk.sample_least"], -(-len(clean) * rule["desk.sample_percent"] // 100))
    rows = ExitCase.objects.filter(pk__in=clean)
    return draw_sample(CASE, REVIEW.transition, rows, area_code=place, size=size, actor=actor, seed=seed)


def prospect(draw: Draw, *, actor) -> Prospect:
    """What a drawn list would become now, and what has been opened for it: the drawn cases since the drawing, every
    case of the place that stands out as it stands now.
    """
    drawn = dict(DrawnCase.objects.filter(draw=draw).order_by("case_id").values_list("case_id", "drawn"))
    everything = queue_of(desk_cases(actor).under(draw.area_code), REVIEW, draw.area_code).all
    waiting = {one.pk: one for one in everything[:]}
    clean = [pk for pk in drawn if pk in waiting and waiting[pk].clean]
    blocked = _blocked(clean, actor) | _drawn_before(clean, actor, draw)
    left = {}
    for pk in drawn:
        one = waiting.get(pk)
        if one is None:
            left[pk] = "已经办理，或不再等待县审核。"
        elif not one.ready:
            left[pk] = "有异议还没有答复，或公示没有期满。"
        elif one.kinds:
            left[pk] = "抽取以后有了异常，须逐户办理。"
        elif pk in blocked:
            left[pk] = blocked[pk]
    standing_out = [one for one in waiting.values() if one.ready and one.kinds]
    seen = opened(ExitCase.objects.filter(pk__in=[one.pk for one in standing_out]), actor)
    since = _looks(draw, [pk for pk, is_drawn in drawn.items() if is_drawn], actor)
    openings = [
        Opening(pk, True, waiting[pk].kinds if pk in waiting else (), *since.get(pk, (0, 0)))
        for pk, is_drawn in drawn.items()
        if is_drawn
    ] + [
        Opening(one.pk, False, one.kinds, *seen.get(one.pk, (0, 0)))
        for one in standing_out
        if not drawn.get(one.pk)
    ]
    return Prospect(
        draw, tuple(pk for pk in drawn if pk not in left), left, tuple(openings), _returned(draw, drawn)
    )


@transaction.atomic
def decide_list(
    draw: Draw, *, actor, happened_on: date | None = None, late_reason: str = "", comment: str = ""
) -> DeskDecision:
    """Review every case of a drawn list that is still clean, each with its own step and entry in the log.

    Keeps with the list what was opened, how often and for how long. Raises PermissionDenied for another than who drew
    it, ValidationError while a drawn case or an exception of the place is unopened, when it was decided already, or
    when nothing is left; NotAllOfThem when one of them may not go on. Nothing is written then.
    """
    if draw.drawn_by_id != actor.pk or not actor.has_right_at(RIGHT, draw.area_code):
        raise PermissionDenied("名单由抽取样本、查看过的人办理。")
    Draw.objects.select_for_update().get(pk=draw.pk)
    if DeskDecision.objects.filter(draw=draw).exists():
        raise ValidationError("这份名单已经办理，请刷新后查看。")
    hold_households(ExitCase.objects.filter(pk__in=DrawnCase.objects.filter(draw=draw).values("case_id")))
    found = prospect(draw, actor=actor)
    if found.why_not:
        raise ValidationError(found.why_not)
    day, late_reason = check_paper_day(
        happened_on, draw.area_code, late_reason, field="happened_on", what="审核日期"
    )
    count = fire_many(
        REVIEW.transition,
        ExitCase.objects.filter(pk__in=found.still),
        actor=actor,
        happened_on=day,
        late_reason=late_reason,
        comment=comment,
    )
    decision = DeskDecision.objects.create(
        draw=draw, decided_by=actor, happened_on=day, households=count, left_out=len(found.left)
    )
    DeskOpened.objects.bulk_create(
        DeskOpened(
            decision=decision,
            case_id=one.case_id,
            drawn=one.drawn,
            exceptions=list(one.kinds),
            times=one.times,
            seconds=one.seconds,
        )
        for one in found.openings
    )
    return decision


def _blocked(keys: Iterable[int], actor) -> dict[int, str]:
    """Why cases could not be reviewed by this person now: what readiness says, what the step waits for (notice,
    objection, the scanned sheet), and where he took part before.
    """
    rows = ExitCase.objects.filter(pk__in=list(keys))
    found = refusals(EXIT, EXIT.get(REVIEW.transition), rows, timezone.localdate()) | dict(may_review(rows))
    rounds = dict(rows.values_list("pk", "round"))
    entered = FactEntry.objects.filter(case_type=CASE, case_id__in=rounds, user=actor)
    own = Step.objects.filter(case_type=CASE, case_id__in=rounds, lane__in=CHECKED_LANES)
    acted = own.filter(recorded_by=actor) | own.filter(decided_by=actor)
    for pk, number, *_ in [*entered.values_list("case_id", "round"), *_acted(acted)]:
        if rounds[pk] == number:
            found.setdefault(pk, "您本轮填报或办理过该户，须由他人审核。")
    return found


def _drawn_before(keys: Iterable[int], actor, draw: Draw | None = None) -> dict[int, str]:
    """Who was drawn, while waiting here, for an earlier list of this person that he did not decide: whoever was seen in a
    sample and disliked does not pass in the next list undrawn. `draw` None: a list that is not drawn yet.
    """
    earlier = Draw.objects.filter(
        ~Exists(DeskDecision.objects.filter(draw=OuterRef("pk"))),
        case_type=CASE,
        transition=REVIEW.transition,
        drawn_by=actor,
    )
    if draw is not None:
        earlier = earlier.filter(pk__lt=draw.pk)
    keys = list(keys)
    since = dict(ExitCase.objects.filter(pk__in=keys).values_list("pk", "state_since"))
    drawn = DrawnCase.objects.filter(draw__in=earlier, drawn=True, case_id__in=keys)
    return {
        pk: "此前抽中过，须逐户办理。"
        for pk, at in drawn.values_list("case_id", "draw__drawn_at")
        if at >= since[pk]
    }


def _acted(steps) -> Iterable[tuple[int, int]]:
    """Cases and rounds in which a person acted at another level, or proposed."""
    return steps.exclude(lane=Lane.VERIFY, level="county").values_list("case_id", "round")


def _looks(draw: Draw, keys: list[int], actor) -> dict[int, tuple[int, int]]:
    looks = Look.objects.filter(case_type=CASE, case_id__in=keys, user=actor)
    found: dict[int, tuple[int, int]] = {}
    for pk, seconds in looks.filter(opened_at__gte=draw.drawn_at).values_list("case_id", "seconds"):
        times, total = found.get(pk, (0, 0))
        found[pk] = (times + 1, total + seconds)
    return found


def _returned(draw: Draw, drawn: dict[int, bool]) -> tuple[int, ...]:
    keys = [pk for pk, is_drawn in drawn.items() if is_drawn]
    steps = Step.objects.filter(
        case_type=CASE, case_id__in=keys, transition="return", recorded_at__gte=draw.drawn_at
    )
    return tuple(steps.values_list("case_id", flat=True))
