"""Papers photographed with the label of their household: filed where the label says."""

from django.core.exceptions import ValidationError
from django.db import transaction

from households.archive.labels import code_in
from households.models import Household
from poverty.files.kinds import Kind
from poverty.files.models import FileLink
from poverty.files.services import link, store

ROLE = "paper"
RIGHT = "photo.edit"


def labelled(code: str, actor, right: str = "household.view") -> Household | None:
    """The household of a label, when `actor` may reach it by `right`; None else, so that a code tells nothing."""
    rows = Household.objects.visible_to(actor, right).filter(label__code=code)
    return rows.select_related("area", "settlement").first()


@transaction.atomic
def file_by_label(upload, *, actor) -> FileLink:
    """Store a photo and link it to the household whose label it shows.

    ValidationError when it shows no label (or more than one), or that of a household where the actor may file nothing.
    """
    code = code_in(upload)
    if code is None:
        raise ValidationError("照片里没有认出手册标签，请把标签拍完整、拍清楚，或从户页面上传。")
    household = labelled(code, actor, RIGHT)
    if household is None or household.state != Household.State.REGISTERED:
        raise ValidationError("标签不是您负责的在册户，不能归档到这里。")
    stored = store(upload, actor=actor, area_code=household.area_id, kind=Kind.SCAN)
    return link(stored, household, role=ROLE, actor=actor)
