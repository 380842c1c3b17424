"""Villages go along when their place is moved; merged into a village that has a file of its own, theirs ends."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Concat, Greatest, Left

from poverty.audit.services import record_select
from villages.models import Village, VillageAssessment, VillagePost, VillageYear, Workroom, WorkroomStaff

_MERGED = "村随区划变更撤并"


class VillageBearer:
    """The code of now changes. Year rows keep the code of their year, except within a county for years still open:
    a closed year refuses any change by trigger and is left alone.
    """

    label = "村档案"
    fields = ("villages.village.area",)

    def count(self, codes: Sequence[str]) -> int:
        """Villages on the list of poor villages at these codes; a file alone does not keep a place from ending."""
        return Village.objects.standing().listed().filter(area__in=list(codes)).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Give every file the new code, or end it where the new place has a file already or several come; how many."""
        here = Village.objects.standing().filter(area__in=list(pairs))
        taken = set(Village.objects.filter(area__in=set(pairs.values())).values_list("area_id", flat=True))
        moving = {}
        for old, new in sorted(pairs.items()):
            if new not in taken:
                moving[old] = new
                taken.add(new)
        record_select(
            "villages.village.area_change",
            here,
            actor=actor,
            case_type="villages.village",
            area_code=F("area_id"),
            summary=document[:200],
        )
        ending = here.filter(area__in=set(pairs) - set(moving))
        _end_workrooms(ending, on, document, actor)
        _end_posts(ending, on, document, actor)
        number = ending.update(ended_on=on)
        if moving:
            new_code = Case(*(When(area_id=old, then=Value(new)) for old, new in moving.items()))
            number += here.filter(area__in=list(moving)).update(area=new_code)
            inside = {old: new for old, new in moving.items() if old[:6] == new[:6]}
            _move_open_years(inside)
        return number


def _end_posts(villages, on: date, document: str, actor) -> None:
    """Who stood in a village that ends is appointed anew where it went; nothing is owed for a village that is no more."""
    rows = VillagePost.objects.filter(village__in=villages, valid_to__isnull=True)
    record_select(
        "villages.post.end",
        rows,
        actor=actor,
        case_type="villages.village",
        case_id=F("village_id"),
        area_code=F("village__area_id"),
        summary=Left(
            Concat(Coalesce("person__name", "unit__name"), Value(f"，{on}止，{_MERGED}：{document}")), 200
        ),
    )
    # What began after that day was entered for a village that was no more: never held.
    rows.update(valid_to=Greatest(F("valid_from"), on), end_reason=_MERGED, end_document=document[:200])


def _end_workrooms(villages, on: date, document: str, actor) -> None:
    """The workroom of a village that ends is closed with it, and nobody is its staff any more."""
    rows = Workroom.objects.filter(village__in=villages, valid_to__isnull=True)
    record_select(
        "villages.workroom.end",
        rows,
        actor=actor,
        case_type="villages.village",
        case_id=F("village_id"),
        area_code=F("village__area_id"),
        summary=Left(Concat("place", Value(f"，{on}止，{_MERGED}：{document}")), 200),
    )
    staff = WorkroomStaff.objects.filter(workroom__in=rows, valid_to__isnull=True)
    staff.update(valid_to=Greatest(F("valid_from"), on))
    rows.update(valid_to=Greatest(F("valid_from"), on), end_reason=_MERGED)


def _move_open_years(pairs: Mapping[str, str]) -> None:
    if not pairs:
        return
    new_code = Case(*(When(area_id=old, then=Value(new)) for old, new in pairs.items()))
    for model in (VillageYear, VillageAssessment):
        rows = model.objects.filter(area__in=list(pairs)).in_open_years()
        rows.update(area=new_code)
