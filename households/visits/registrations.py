"""What visits tell the apps above: words for the log, whose photos, which places."""

from django.db.models import Q

from households.disclosure import whole_to
from households.models import Household, Visit
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind

CASE = "households.visit"

register_case_type(CASE, "走访", "households:visit")
register_case_type("households.visittemplate", "走访模板")
register_case_type("households.unsentvisits", "手机未发送的走访")
register_actions(
    {
        "households.visit.pack": "下载我的户",
        "households.visit.record": "登记走访",
        "households.visit.decide": "核对走访差异",
        "households.visit.settle": "核对不再是本人户的走访",
        "households.visit.recheck": "联合复核没有签字的走访",
        "households.visit.withdraw": "撤回走访",
        "households.visit.look": "复核走访照片",
        "households.visit.photo_replace": "换走访照片",
        "households.visit.photo_give_up": "放弃走访照片",
        "households.visit.unsent": "不再等待的手机又有联系",
        "households.visit.give_up": "不再等待手机上的走访",
        "households.visittemplate.load": "载入随系统提供的走访模板",
    }
)


def _rows(user):
    # Photos show the whole household: whoever sees it by his sector only opens none.
    seen = Household.objects.visible_to(user, "file.view").filter(whole_to(user))
    return Visit.objects.filter(household__in=seen.values("pk"))


def _signed(user):
    """Visits to which the signed page is added when it has been scanned: own ones, and those of the place."""
    settled = Household.objects.visible_to(user, "visit.settle").values("pk")
    own = Q(visitor=user.pk) | Q(recorded_by=user.pk)
    return _rows(user).standing().filter(own | Q(household__in=settled))


cases.register(
    CASE,
    rows=_rows,
    attachable=_signed,
    roles={
        # What the visitor photographed comes as he announced it, and stays.
        "photo": cases.Role("走访照片", Kind.PHOTO, by_hand=False),
        "signature": cases.Role("签字页扫描件", Kind.SCAN),
    },
)

bearers.exempt("households.visit", "area_code", "走访记录保留当时的区划代码")
bearers.exempt("households.visitfact", "area_code", "走访记录保留当时的区划代码")
bearers.exempt("households.visittemplate", "area_code", "模板属于发布它的区划")
