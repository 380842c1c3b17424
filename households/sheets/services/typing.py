"""A sheet that came back: typed as the visit it is, once."""

from dataclasses import replace
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import Household
from households.services.facts import open_year_of
from households.services.locking import lock_households
from households.sheets.models import SheetBundle, VisitSheet
from households.sheets.querysets import RIGHT
from households.visits.registrations import CASE
from households.visits.sent import Sent
from households.visits.services.answers import Received
from households.visits.services.checking import PAGE_FIELDS
from households.visits.services.recording import record_visit
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.sql.locks import share

SIGNATURE_ROLE = "signature"


class TypedAlready(ValidationError):
    """Somebody typed the sheet meanwhile, and otherwise; nothing was written."""


@transaction.atomic
def type_sheet(sheet: VisitSheet, sent: Sent, *, actor, visitor, scan=None) -> Received:
    """Save what a sheet says as a visit of `visitor`, typed by `actor`; what became of it.

    The identity is the sheet's own: sent twice it is one visit, typed otherwise by two people the second is told so
    (TypedAlready). `scan`: the signed page, kept with the visit. PermissionDenied without visit.record over the
    household; ValidationError for a bundle that was withdrawn, and as record_visit.
    """
    if not Household.objects.visible_to(actor, RIGHT).filter(pk=sheet.household_id).exists():
        raise PermissionDenied("没有登记该户走访的权限。")
    lock_households([sheet.household_id])  # first of all, as merging places does, which moves the bundle then
    bundle = share(SheetBundle.objects.filter(pk=sheet.bundle_id))[0]
    row = VisitSheet.objects.select_for_update(of=("self",)).select_related("household").get(pk=sheet.pk)
    if row.is_typed:
        again = _of(sent, row.visit.identity)
        if (again.digest, visitor.pk) != (row.visit.digest, row.visit.visitor_id):
            raise TypedAlready("这张表已经录入，您填的没有保存。需要更正的，先撤回原来的走访。")
        received = record_visit(again, actor=actor, visitor=visitor)
        _keep_scan(row, scan, actor=actor)
        return received
    if bundle.withdrawn_at is not None:
        raise ValidationError(f"这批对照表已作废：{bundle.withdrawn_reason}")
    # A phone's visit of a closed year is kept and waits; paper can wait itself until the year is opened again.
    open_year_of(row.household.area_id, bundle.year)
    received = record_visit(_of(sent, row.visit_identity), actor=actor, visitor=visitor)
    if received.visit is None:
        raise ValidationError({PAGE_FIELDS.get(name, name): texts for name, texts in received.errors.items()})
    row.visit_id = received.visit
    row.save(update_fields=["visit"])
    _keep_scan(row, scan, actor=actor)
    return received


def _keep_scan(row: VisitSheet, scan, *, actor) -> None:
    """Keep the signed page with the visit; None: it is scanned later, and added on the visit's page."""
    if scan is None:
        return
    area_code = row.household.area_id
    try:
        kept = store(scan, actor=actor, area_code=area_code, kind=Kind.SCAN)
    except ValidationError as error:
        raise ValidationError({"scan": error.messages}) from error
    link(kept, (CASE, row.visit_id, area_code), role=SIGNATURE_ROLE, actor=actor)


def _of(sent: Sent, identity: UUID) -> Sent:
    """The visit under the sheet's identity; its needs have theirs from it, so that they too arrive once."""
    needs = tuple(
        replace(one, identity=uuid5(identity, f"need {number}")) for number, one in enumerate(sent.needs)
    )
    return replace(sent, identity=identity, needs=needs)
