"""Making the sheets of a village for a month, printing them again, withdrawing those that are not used."""

import secrets
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from households.disclosure import whole_to
from households.models import Household, Monitoring, Pairing
from households.options.kinds import GENERAL_RURAL
from households.services.facts import open_year_of
from households.sheets.models import SheetBundle, VisitSheet
from households.sheets.querysets import RIGHT
from households.sheets.shown import shown_of
from households.visits.services.templates import template_for
from poverty.areas.models import Level
from poverty.audit.services import record

MOST = 2000  # households of one village; a bundle beyond that is asked for by helper
# As on labels: no letter that a hand or an eye takes for another. Eight of 31 are 39 bits; a code opens nothing that
# its reader may not open anyway.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 8


def households_for(actor, area_code: str) -> QuerySet[Household]:
    """The households of a village whose sheets a person may print: those he records visits of and sees whole that are
    visited at all (on the poverty register, watched, or with a helper), in the order of the print.
    """
    helped = Pairing.objects.open_on(timezone.localdate()).filter(household=OuterRef("pk"))
    watched = Monitoring.objects.present().filter(household=OuterRef("pk"))
    rows = Household.objects.visible_to(actor, RIGHT) & Household.objects.visible_to(actor)
    rows = rows.filter(whole_to(actor)).under(area_code).on_register()
    rows = rows.filter(~Q(kind=GENERAL_RURAL) | Exists(helped) | Exists(watched))
    return rows.order_by("settlement_id", "id")


@transaction.atomic
def make_bundle(
    area_code: str,
    *,
    year: int,
    month: int,
    actor,
    helper_id: int | None = None,
    chosen: Iterable[int] | None = None,
) -> SheetBundle:
    """Make the sheets of a village for the visits of a month: of all its households, of one helper's, or of some.

    What is known now is kept on each sheet as it is printed. PermissionDenied outside the actor's villages;
    ValidationError at "year" (not open, or no published template), "helper" or "chosen" (nobody left, or not his).
    """
    if len(area_code) != Level.VILLAGE:
        raise ValidationError({"area_code": "对照表按村打印。"})
    rows = households_for(actor, area_code)
    if not (actor.has_right_at(RIGHT, area_code) or rows.exists()):
        raise PermissionDenied("没有打印该村对照表的权限。")
    if not 1 <= month <= 12:
        raise ValidationError({"month": "请选择月份。"})
    if not actor.has_right_at(RIGHT, area_code) and chosen is None:
        helper_id = actor.pk  # a helper prints what is his
    open_year_of(area_code, year)
    template = template_for(area_code, year)
    scope, rows = _chosen(rows, helper_id, None if chosen is None else list(chosen))
    homes = list(rows.select_related("settlement")[: MOST + 1])
    if not homes:
        raise ValidationError(_NOBODY[scope])
    if len(homes) > MOST:
        raise ValidationError(f"一次最多打印 {MOST} 户，请按帮扶责任人分开打印。")
    bundle = SheetBundle.objects.create(
        printed_at=timezone.now(),
        area_id=area_code,
        template=template,
        year=year,
        month=month,
        scope=scope,
        helper_id=helper_id,
        printed_by=actor,
    )
    shown = shown_of(homes, template, year=year, visited_from=bundle.visited_from)
    codes = _codes(len(homes))
    VisitSheet.objects.bulk_create(
        VisitSheet(bundle=bundle, number=number, household=home, code=code, shown=shown[home.pk])
        for number, (home, code) in enumerate(zip(homes, codes, strict=True), 1)
    )
    record(
        "households.sheet.make",
        bundle,
        actor=actor,
        summary=f"制作{year}年{month}月信息采集对照表：{bundle.get_scope_display()}，{len(homes)}户",
    )
    return bundle


_NOBODY = {
    SheetBundle.Scope.VILLAGE: {"area_code": "该村没有需要走访的户。"},
    SheetBundle.Scope.HELPER: {"helper": "该帮扶责任人在本村没有结对户。"},
    SheetBundle.Scope.CHOSEN: {"chosen": "请先选择要打印的户。"},
}


def _chosen(rows, helper_id, chosen):
    if helper_id is not None:
        own = Pairing.objects.open_on(timezone.localdate()).filter(helper_id=helper_id)
        return SheetBundle.Scope.HELPER, rows.filter(pk__in=own.values("household_id"))
    if chosen is None:
        return SheetBundle.Scope.VILLAGE, rows
    rows = rows.filter(pk__in=chosen)
    if rows.count() != len(set(chosen)):
        raise ValidationError({"chosen": "选中的户有的不在可打印的范围，请刷新页面重选。"})
    return SheetBundle.Scope.CHOSEN, rows


def _codes(number: int) -> list[str]:
    """Codes that no sheet has; a clash with one drawn in the same moment is refused by the unique column."""
    drawn: set[str] = set()
    while len(drawn) < number:
        new = {"".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(number - len(drawn))}
        drawn |= new - set(VisitSheet.objects.filter(code__in=new).values_list("code", flat=True))
    return list(drawn)


def note_print(bundle: SheetBundle, sheets: int, *, actor) -> None:
    """Write to the log that sheets went to the printer. ValidationError for a withdrawn bundle."""
    if bundle.withdrawn_at is not None:
        raise ValidationError("这批对照表已作废，请重新制表。")
    record(
        "households.sheet.print",
        bundle,
        actor=actor,
        summary=f"打印{bundle.year}年{bundle.month}月信息采集对照表：{sheets}户",
    )


@transaction.atomic
def withdraw_bundle(bundle: SheetBundle, *, actor, reason: str) -> SheetBundle:
    """Say that a bundle is not used any more: its sheets that have not come back are typed no more.

    PermissionDenied for who neither made it nor records visits for the whole village; ValidationError at "reason" and
    when it is withdrawn already.
    """
    if bundle.printed_by_id != actor.pk and not actor.has_right_at(RIGHT, bundle.area_id):
        raise PermissionDenied("只有制表人或村、乡镇能作废这批对照表。")
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "请填写作废原因。"})
    row = SheetBundle.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
    if row.withdrawn_at is not None:
        raise ValidationError("这批对照表已作废。")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), actor, reason[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        "households.sheet.withdraw",
        row,
        actor=actor,
        summary=f"作废{row.year}年{row.month}月对照表：{row.withdrawn_reason}"[:200],
    )
    return row
