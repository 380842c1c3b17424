"""The exit of a village as its page draws it: who did what, what is asked next and of whom, what stands in the way."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from poverty.accounts.options.sectors import SECTORS
from poverty.review.models import Notice, RosterEntry, Step
from poverty.review.services import available, steps_of
from poverty.review.services.notices import posts_here
from villages.exit_readiness import requirements_of, rows_to_check, sectors_of
from villages.models import Certificate, CheckSheet, ExitCase, Stage
from villages.querysets import OPEN_STATES
from villages.rounds import CASE_TYPE, open_round_of
from villages.services.certificates import may_certify
from villages.services.exiting import STAGE_IN, STEP_OF
from villages.workflow import EXIT

# state -> who has it now, and what is asked of him.
WAITING = {
    "planned": "等村里自查，同时由行业部门出具证明",
    "selfchecked": "等乡镇审核",
    "reviewed": "等乡镇公示期满，由县扶贫办现场核查",
    "checked": "等市级验收，由县扶贫办录入验收结果",
    "accepted": "等县扶贫办公告",
    "announced": "等公告期满，由县扶贫办标注出列",
    "marked": "已出列",
    "dropped": "已退出计划",
}
MERGED = "该村已撤并，不再出列，请县扶贫办办理退出计划"
COLOURS = {"marked": "green", "dropped": "grey", "planned": "amber"}
# The four that are taken by filling in a sheet, and those that lists take (notices, announcement).
_BY_SHEET = {name: stage for stage, name in STEP_OF.items()}
_BY_LIST = ("announce_village",)


@dataclass(frozen=True)
class Act:
    """A button, or why there is none."""

    label: str
    url: str = ""
    why_not: str = ""
    main: bool = False


@dataclass
class Card:
    """One exit of a village."""

    case: ExitCase
    colour: str
    waiting: str
    round: int
    steps: list[Step] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    sheets: list[CheckSheet] = field(default_factory=list)
    certificates: list[tuple[str, Certificate | None]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    may_certify: bool = False


def cards_of(user, cases: list[ExitCase]) -> list[Card]:
    """The exits of one village, the latest first; a village has one, seldom two."""
    return [card_of(user, case) for case in cases]


def card_of(user, case: ExitCase) -> Card:
    """One exit with everything that its page shows."""
    number = open_round_of(case.pk)
    asked = sectors_of(requirements_of(case))
    papers = {
        one.sector: one
        for one in Certificate.objects.filter(case=case, withdrawn_on__isnull=True).order_by("round")
    }
    certify = [sector for sector in asked if may_certify(user, case, sector)]
    return Card(
        case=case,
        colour=COLOURS.get(case.state, "blue"),
        waiting=MERGED if _is_stranded(case) else WAITING[case.state],
        round=number,
        steps=list(steps_of(CASE_TYPE, case.pk)),
        acts=_acts(user, case),
        sheets=list(
            CheckSheet.objects.filter(case=case).prefetch_related("items").select_related("recorded_by")
        ),
        certificates=[(SECTORS.label(one), papers.get(one)) for one in asked],
        notices=list(
            Notice.objects.filter(
                roster__in=RosterEntry.objects.filter(case_type=CASE_TYPE, case_id=case.pk).values(
                    "roster_id"
                )
            )
        ),
        may_certify=bool(certify) and case.state in ("planned", "selfchecked") and not _is_stranded(case),
    )


def _is_stranded(case: ExitCase) -> bool:
    """Whether the village was merged away while its exit was under way: all that is left is to drop it."""
    return case.village.ended_on is not None and case.state in OPEN_STATES


def _acts(user, case: ExitCase) -> list[Act]:
    found = []
    stranded = _is_stranded(case)
    for one in available(case, user):
        name = one.transition.name
        if stranded and name != "drop_village":
            continue
        if name in _BY_SHEET:
            found.append(_sheet_act(case, one))
        elif name in _BY_LIST:
            url = reverse("villages:announce") if one.allowed else ""
            found.append(Act(one.transition.label, url, one.why_not, main=True))
        else:
            url = reverse("villages:exit-step", args=[case.pk, name]) if one.allowed else ""
            found.append(Act(one.transition.label, url, one.why_not, main=name == "mark_village"))
    standing = RosterEntry.objects.standing().filter(case_type=CASE_TYPE, case_id=case.pk)
    may_post = (
        not stranded
        and case.state == ExitCase.State.REVIEWED
        and user.has_right_at("village.verify", case.village.area_id[:9])
    )
    if may_post and not standing.exists():
        found.insert(0, Act("张贴乡镇公示", reverse("villages:exit-notice"), main=True))
    return found if stranded else [*_again(user, case, standing), *found]


def _again(user, case: ExitCase, standing) -> list[Act]:
    """The list that hung and was taken back: it is posted once more, as it stands."""
    for kind, post in EXIT.posts.items():
        if case.state != post.state:
            continue
        hangs = Notice.objects.standing().filter(roster=OuterRef("roster"), kind=kind)
        entry = standing.filter(~Exists(hangs)).select_related("roster").first()
        if entry is not None and posts_here(user, CASE_TYPE, kind, entry.roster.area_code):
            url = reverse("review:notice-post", args=[entry.roster_id])
            return [Act(f"重新张贴{Notice.Kind(kind).label}", url, main=True)]
    return []


def _sheet_act(case: ExitCase, one: Any) -> Act:
    """A sheet can be filled in before everything stands ready: what is missing is what it is for."""
    stage = _BY_SHEET[one.transition.name]
    label = f"填写{Stage(stage).label}表"
    held_by_person = one.why_not and (
        "没有在该区划" in one.why_not or "由他人" in one.why_not or "没有办理过" in one.why_not
    )
    if held_by_person:
        return Act(label, why_not=one.why_not)
    return Act(label, reverse("villages:exit-sheet", args=[case.pk, stage]), main=True)


def stage_of(case: ExitCase) -> str | None:
    """Whose turn it is to look; None when nobody's."""
    return STAGE_IN.get(case.state)


def sheet_rows(case: ExitCase):
    """What is looked at on the spot."""
    return rows_to_check(requirements_of(case))
