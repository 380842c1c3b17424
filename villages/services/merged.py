"""Saving facts that others may have changed meanwhile: three versions merged by field, under lock; serves the API."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from households.services.merged import merged_changes
from villages.models import VillageYear
from villages.services.facts import lock_village, save_village_year


@transaction.atomic
def merge_village_year(
    row: VillageYear, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor, **paper
) -> VillageYear:
    """save_village_year of what is left of `changes` after the merge. `paper`: happened_on, source, late_reason, ...

    `base` holds the values that the sender saw, at least for the fields of `changes`. Raises MergeConflict, and
    ValidationError as save_village_year does and for a field without base.
    """
    lock_village(row.village_id)
    now = VillageYear.objects.select_related("village").get(pk=row.pk)
    left = merged_changes(base, changes, {name: getattr(now, name) for name in changes})
    return save_village_year(now, left, actor=actor, **paper) if left else now
