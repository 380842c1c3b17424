"""Units: entered once, changed with a trace, never deleted (switched off)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from poverty.accounts.models import Unit
from poverty.accounts.services.guards import require_right_at
from poverty.audit.services import differences, record

FIELDS = ("name", "kind", "sector", "affiliation", "address", "area_id", "is_active")


@transaction.atomic
def create_unit(*, actor, name, area, kind, sector="", affiliation="", address="") -> Unit:
    """Enter a unit at an area (Area). The name is unique within the area: ValidationError otherwise."""
    require_right_at(actor, "unit.edit", area.code)
    unit = Unit(
        name=name.strip(),
        area=area,
        kind=kind,
        sector=sector,
        affiliation=affiliation,
        address=address.strip(),
    )
    unit.full_clean()
    unit.save()
    record("accounts.unit.create", unit, actor=actor, summary=unit.name)
    return unit


@transaction.atomic
def update_unit(unit, *, actor, **changes) -> Unit:
    """Change fields of a unit; old and new area must be the actor's. Nothing changed, no entry."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    require_right_at(actor, "unit.edit", unit.area_id)
    before = {field: getattr(unit, field) for field in FIELDS}
    for field, value in changes.items():
        if field not in FIELDS and field != "area":
            raise TypeError(f"update_unit() got an unexpected field {field}.")
        setattr(unit, field, value.strip() if isinstance(value, str) else value)
    require_right_at(actor, "unit.edit", unit.area_id)
    if before["is_active"] and not unit.is_active and unit.postings.open_on().exists():
        raise ValidationError({"is_active": "该单位还有在任人员，先终止任职再停用。"})
    unit.full_clean()
    changed = differences(before, {field: getattr(unit, field) for field in FIELDS})
    if changed:
        unit.save()
        record("accounts.unit.update", unit, actor=actor, summary=unit.name, changes=changed)
    return unit
