"""Saving what somebody typed while others may have typed too: three versions merged by field, under lock.

What only others changed stays, what only the sender changed is saved, what both changed differently is
refused with all three values (MergeConflict). Serves the API, and forms that come back after days without
network.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from households.income_sheet import GROUP_FIELDS, group_totals
from households.models import Member, MemberSurvey, Survey
from households.services.income import save_income
from households.services.locking import lock_for_members, lock_households
from households.services.member_surveys import household_in, member_survey_for, save_member_survey
from households.services.surveys import save_survey
from poverty.web.conflicts import MergeConflict
from poverty.web.merge import merge

_NONE = "none_groups."
NO_BASE = "请在 base 里附上填写时看到的值。"


def merged_changes(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """What is to be written of `mine`; MergeConflict where somebody else changed the same, ValidationError without base."""
    if missing := mine.keys() - base.keys():
        raise ValidationError(dict.fromkeys(missing, NO_BASE))
    result = merge(base, mine, theirs)
    if result.conflicts:
        names = ("base", "mine", "theirs")
        raise MergeConflict(
            {name: dict(zip(names, values, strict=True)) for name, values in result.conflicts.items()}
        )
    return {name: result.values[name] for name in result.changed}


@transaction.atomic
def merge_survey(
    survey: Survey, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor, **paper
) -> Survey:
    """save_survey of what is left of `changes` after the merge. `paper`: happened_on, source, late_reason, ...

    `base` holds the values that the sender saw, at least for the fields of `changes`. Raises MergeConflict,
    and ValidationError as save_survey does and for a field without base.
    """
    lock_households([survey.household_id])
    now = Survey.objects.select_related("household").get(pk=survey.pk)
    left = merged_changes(base, changes, {name: getattr(now, name) for name in changes})
    return save_survey(now, left, actor=actor, **paper) if left else now


@transaction.atomic
def merge_member_survey(
    member: Member, year: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor, **paper
) -> MemberSurvey:
    """save_member_survey of what is left of `changes` after the merge; as merge_survey."""
    household = household_in(member, year)
    if household is None:
        raise ValidationError("此人目前不在任何户，不能填写年度信息。")
    lock_for_members([member.pk])
    now = member_survey_for(member, year, household.area_id)
    left = merged_changes(base, changes, {name: getattr(now, name) for name in changes})
    return save_member_survey(member, year, left, actor=actor, **paper) if left else now


Sheet = Mapping[str, tuple[Decimal, str]]


def none_groups_of(survey: Survey, items: Sheet) -> set[str]:
    """Keys of the income groups that were answered "none": 0 yuan without any item."""
    filled = group_totals({key: amount for key, (amount, _) in items.items()})
    return {
        group for group, field in GROUP_FIELDS.items() if field not in filled and getattr(survey, field) == 0
    }


def sheet_of(survey: Survey) -> dict[str, tuple[Decimal, str]]:
    """The items of a survey: key -> (yuan, remark)."""
    return {one.item: (one.amount, one.note) for one in survey.income_items.all()}


@transaction.atomic
def merge_income(
    survey: Survey,
    items: Sheet,
    base: Sheet,
    *,
    none_groups: Collection[str],
    base_none_groups: Collection[str],
    actor,
    **paper,
) -> Survey:
    """save_income of a whole sheet after the merge, item by item: {item: (yuan, remark)}.

    An item that the sender saw (`base`) and does not name any more is taken away; one that somebody else has
    added meanwhile stays. `none_groups`: groups answered "none", merged in the same way. Conflicts are
    named by item, or "none_groups.<group>"; None stands for "not there".
    """
    lock_households([survey.household_id])
    now = Survey.objects.select_related("household").get(pk=survey.pk)
    stored = sheet_of(now)
    stored_none = none_groups_of(now, stored)
    names = items.keys() | base.keys()
    sides = []
    for sheet, none in ((base, base_none_groups), (items, none_groups), (stored, stored_none)):
        answers = {f"{_NONE}{group}": group in none for group in GROUP_FIELDS}
        sides.append({name: sheet.get(name) for name in names} | answers)
    left = merged_changes(*sides)
    if not left:
        return now
    return save_income(
        now,
        {name: value or (None, "") for name, value in left.items() if not name.startswith(_NONE)},
        none_groups={g for g in GROUP_FIELDS if left.get(f"{_NONE}{g}", g in stored_none)},
        actor=actor,
        **paper,
    )
