"""The scan of the document that a standard comes from."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from poverty.files import services as files
from poverty.files.kinds import Kind
from poverty.files.models import FileLink
from poverty.standards.models import Standard
from poverty.standards.statuses import Status

ROLE = "scan"


def scans_of(standard: Standard, user) -> QuerySet[FileLink]:
    """Return the links to the scans of a standard that a user may open, oldest first, their files fetched."""
    return FileLink.objects.visible_to(user).of(*standard.audit_case()[:2], role=ROLE)


@transaction.atomic
def add_scan(standard: Standard, upload, *, actor) -> FileLink:
    """Keep an uploaded scan (PDF or picture) of the standard's document.

    Also for a published standard, since the paper often comes later: a scan proves, it changes nobody's
    verdict. Needs standard.draft in the area. ValidationError from the file's examination, or when it was
    withdrawn.
    """
    if not actor.has_right_at("standard.draft", standard.area_code):
        raise PermissionDenied("您没有在该地区起草标准的权限。")
    if standard.status not in (Status.DRAFT, Status.PUBLISHED):
        raise ValidationError(f"本标准{standard.get_status_display()}，不再添加扫描件。")
    stored = files.store(upload, actor=actor, area_code=standard.area_code, kind=Kind.SCAN)
    return files.link(stored, standard, role=ROLE, actor=actor)


def carry_scans(source: Standard, target: Standard, *, actor) -> None:
    """Link the scans of a standard to one made from it, where both rest on the same document.

    Scans that the actor may not see are left out: the new draft then asks for its own.
    """
    if (source.document_name, source.document_number) != (target.document_name, target.document_number):
        return
    for link in scans_of(source, actor):
        files.link(link.file, target, role=ROLE, actor=actor)
