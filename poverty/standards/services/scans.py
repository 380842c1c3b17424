"""The scan of the document that a standard comes from: a file of the case standards.standard in the role
"scan".
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from poverty.files import services as files
from poverty.files.cases import Role
from poverty.files.kinds import Kind
from poverty.files.models import FileLink
from poverty.sql.prefix import within
from poverty.standards.models import Standard
from poverty.standards.statuses import Status

CASE_TYPE = "standards.standard"
ROLE = "scan"
ROLES = {ROLE: Role("文件扫描件", Kind.SCAN)}


def attachable(user) -> QuerySet[Standard]:
    """Return the standards to which a user may add scans, and from which he may take them back.

    Drafts, and what was published without any scan, since the paper often comes later. Once a published
    standard has its scan it is as frozen as the rest.
    """
    own = Standard.objects.filter(within("area_code", user.scope("standard.draft").areas))
    scans = FileLink.objects.open().filter(case_type=CASE_TYPE, case_id=OuterRef("pk"), role=ROLE)
    return own.filter(Q(status=Status.DRAFT) | Q(status=Status.PUBLISHED) & ~Exists(scans))


def scans_of(standard: Standard, user) -> QuerySet[FileLink]:
    """Return the links to the scans of a standard that a user may open, oldest first, their files fetched."""
    return FileLink.objects.visible_to(user).of(CASE_TYPE, standard.pk, role=ROLE)


def carry_scans(source: Standard, target: Standard, *, actor) -> None:
    """Link the scans of a standard to one made from it, where both rest on the same document.

    Scans that the actor may not see are left out: the new draft then asks for its own.
    """
    if (source.document_name, source.document_number) != (target.document_name, target.document_number):
        return
    for link in scans_of(source, actor):
        files.link(link.file, target, role=ROLE, actor=actor)
