"""Files of natural villages and village groups: the report on the water, the acceptance of the road."""

from poverty.areas.models import Settlement
from poverty.files.cases import Role
from poverty.files.kinds import Kind
from poverty.sql.prefix import within

CASE_TYPE = "areas.settlement"
ROLES = {
    "water": Role("水质检测报告", Kind.SCAN),
    "power": Role("通电证明", Kind.SCAN),
    "broadcasting": Role("广播电视证明", Kind.SCAN),
    "road": Role("道路验收资料", Kind.SCAN),
    "photo": Role("现场照片", Kind.PHOTO),
}


def rows(user):
    """Settlements whose files the user sees: where the right to see files is held."""
    return Settlement.objects.filter(within("village", user.scope("file.view").areas))


def attachable(user):
    """Settlements to which the user adds files: where the shared facts are entered."""
    return Settlement.objects.filter(within("village", user.scope("settlement.edit").areas))
