"""入户日期 of the year as visits move it, and back: a visit that is withdrawn takes along only what it moved itself.

A visit keeps whether the day stands by it and where it stood before. What somebody typed, or a table brought, is
nobody's visit: it stays whatever is withdrawn.
"""

from datetime import date

from django.core.exceptions import ValidationError

from households.models import Household, Survey, Visit
from households.options.sources import ENTERED
from households.services.facts import open_year_of
from households.services.surveys import save_survey


def note_move(visit: Visit, before: date | None) -> None:
    """Note that 入户日期 stands by this visit now; `before`: where it stood, None: no day stood."""
    visit.visited_on_moved, visit.visited_on_before = True, before
    visit.save(update_fields=["visited_on_moved", "visited_on_before"])


def take_back_day(household: Household, visit: Visit, *, actor) -> None:
    """After a visit was withdrawn: where 入户日期 stands by it, back to the last visit that counts, or to the day that
    stood before all of them. A closed year stays as it is. The caller holds the household.
    """
    survey = Survey.objects.filter(household=household, year=visit.year).first()
    if survey is None or survey.visited_on != visit.happened_on or (visit.held and not visit.held_taken):
        return
    try:
        year = open_year_of(survey.area_id, survey.year)
    except ValidationError:
        return
    rows = Visit.objects.filter(household=household, year=visit.year)
    counted = rows.counted().filter(happened_on__gte=year.period_from)
    left = {one.happened_on: one for one in counted.order_by("-pk")}
    moves = rows.filter(visited_on_moved=True).order_by("pk")
    moved = dict(moves.values_list("happened_on", "visited_on_before"))
    day: date | None = survey.visited_on
    while day in moved and day not in left:
        day = moved[day]
    if day == survey.visited_on:
        return
    last = max(left, default=None)
    if last is not None and (day is None or last > day):
        # It was made before the one that is withdrawn and found that day standing; now the day stands by it.
        if not left[last].visited_on_moved:
            note_move(left[last], day)
        day = last
    save_survey(survey, {"visited_on": day}, actor=actor, source=ENTERED)
