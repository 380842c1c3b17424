"""Agreements by which businesses buy of households: registered, scanned, ended, taken back; results of a year, corrected
by a further version or taken back. Nothing of it reaches the income sheet, where the household's sales are typed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.benefits.services.work import may
from households.duties.services.writing import check_day
from households.models import Household, SaleAgreement, SaleResult
from households.options.business_kinds import BUSINESS_KINDS
from households.sales.querysets import SECTORS
from households.services.locking import lock_households, require_registered
from households.services.once import SENT_BEFORE, sent_before
from households.services.refusals import told_in_words
from poverty.audit.services import record
from poverty.fields.credit_code import parse_credit_code
from poverty.fields.phone import parse_phone
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.errors import ChangedMeanwhile

SCAN = "scan"
LONGEST = 30  # years of a term


@dataclass(frozen=True)
class Business:
    """Who buys: found again by its credit code, or by the name or address of its shop on a platform."""

    business: str
    kind: str
    credit_code: str = ""
    platform: str = ""
    shop: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Promise:
    """What is bought at not less than `price` yuan a `unit`; `amount` in units, None: no amount was agreed."""

    product: str
    unit: str
    price: Decimal
    signed_on: date
    period_from: date
    period_to: date  # the last day
    amount: Decimal | None = None
    number: str = ""


def may_record(actor, area_code: str) -> bool:
    """Whether a person may record at a place: township, county, and of bureaus 农业农村 and 扶贫."""
    return may(actor, area_code, SECTORS)


@transaction.atomic
def register(
    household: Household,
    business: Business,
    promise: Promise,
    *,
    scan=None,
    actor,
    identity: UUID | None = None,
) -> SaleAgreement:
    """Register what a business agreed with a household; `scan`: an upload. Returns the row.

    `identity`: of the form; the same form sent twice counts once. Raises PermissionDenied (benefit.record),
    ValidationError by field.
    """
    home = lock_households([household.pk])[household.pk]
    _require_right(home, actor)
    errors: dict = {}
    who = _checked_business(business, errors)
    row = SaleAgreement(
        household=home,
        **who,
        product=promise.product.strip(),
        unit=promise.unit.strip(),
        price=promise.price,
        amount=promise.amount,
        number=promise.number.strip(),
        signed_on=promise.signed_on,
        period_from=promise.period_from,
        period_to=promise.period_to,
        identity=identity,
        recorded_by=actor,
    )
    later = ("phone", "scan", "ended_on", "end_reason")  # a sealed number is equal to nothing but itself
    if not errors and (stands := sent_before(row, later=later)) is not None:
        if (stands.phone or row.phone) and not (stands.phone and stands.phone.same_as(row.phone)):
            raise ValidationError(SENT_BEFORE)
        return stands
    require_registered(home)
    _check_promise(row, errors)
    if errors:
        raise ValidationError(errors)
    row.scan = _stored(scan, home, actor)
    with told_in_words(SaleAgreement):
        row.save(force_insert=True)
    if row.scan is not None:
        link(row.scan, row, role=SCAN, actor=actor, just_stored=True)
    told = f"{row.business}收购{row.product}，保护价 {row.price:,.2f} 元/{row.unit}"
    _told("add", home, actor, f"{told}，{row.period_from}至{row.period_to}")
    return row


def _checked_business(business: Business, errors: dict) -> dict:
    """The columns of a business; what is wrong goes into `errors` by field."""
    who = {
        name: getattr(business, name).strip() for name in ("business", "kind", "platform", "shop", "contact")
    }
    who |= {"credit_code": "", "phone": None}
    if not who["business"]:
        errors["business"] = "请填写网店或企业名称。"
    if who["kind"] not in BUSINESS_KINDS:
        errors["kind"] = "请选择类型。"
    if business.credit_code.strip():
        code = parse_credit_code(business.credit_code)
        if code.refused:
            errors["credit_code"] = code.refused
        who["credit_code"] = code.number
    elif not who["shop"]:
        errors["shop"] = "统一社会信用代码、店铺名称或网址至少填一项，以便找到这家企业。"
    if business.phone.strip():
        phone = parse_phone(business.phone)
        if phone.refused:
            errors["phone"] = phone.refused
        who["phone"] = phone.number
    return who


def _check_promise(row: SaleAgreement, errors: dict) -> None:
    for name, words in (("product", "收购产品"), ("unit", "计量单位，例如斤")):
        if not getattr(row, name):
            errors[name] = f"请填写{words}。"
    if row.price <= 0:
        errors["price"] = "保护价须大于 0。"
    if row.amount is not None and row.amount <= 0:
        errors["amount"] = "约定数量须大于 0；没有约定的不填。"
    try:
        check_day(row.signed_on, "signed_on")
    except ValidationError as error:
        errors |= error.message_dict
    if row.period_from.year < 2014:
        errors["period_from"] = "协议期起不能早于 2014-01-01。"
    elif row.period_to < row.period_from:
        errors["period_to"] = "协议期止不能早于协议期起。"
    elif row.period_to.year - row.period_from.year > LONGEST:
        errors["period_to"] = f"协议期不能超过 {LONGEST} 年，请核对。"


@transaction.atomic
def add_scan(agreement: SaleAgreement, scan, *, actor) -> SaleAgreement:
    """Bring the scan of an agreement that was registered without it (an upload).

    Raises PermissionDenied, ValidationError at "scan", ChangedMeanwhile where the agreement was taken back.
    """
    home, row = _held(agreement, actor)
    if row.scan_id is not None:
        raise ValidationError({"scan": "扫描件已上传。"})
    row.scan = _stored(scan, home, actor)
    row.save(update_fields=["scan"])
    link(row.scan, row, role=SCAN, actor=actor, just_stored=True)
    _told("scan", home, actor, f"{row.business}：上传收购协议扫描件")
    return row


@transaction.atomic
def end(agreement: SaleAgreement, *, on: date, reason: str, actor) -> SaleAgreement:
    """End an agreement before its time: on the day `on` it holds no more. Not before what was bought by it.

    Raises PermissionDenied, ValidationError by field (on, reason), ChangedMeanwhile.
    """
    home, row = _held(agreement, actor)
    if row.ended_on is not None:
        raise ValidationError(f"协议已于 {row.ended_on} 终止。")
    last = row.results.current().order_by("-year").values_list("year", flat=True).first()
    errors = {}
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    elif on <= row.period_from:
        errors["on"] = f"终止日期须晚于协议期起 {row.period_from}；登记错了的请用“撤销”。"
    elif on > row.period_to:
        errors["on"] = f"协议到 {row.period_to} 已期满，不用终止。"
    elif last is not None and on <= date(last, 1, 1):
        errors["on"] = f"{last}年度已登记收购结果，不能在那以前终止；结果登记错了的请先作废。"
    if not reason.strip():
        errors["reason"] = "请写明终止原因。"
    if errors:
        raise ValidationError(errors)
    row.ended_on, row.end_reason = on, reason.strip()
    row.save(update_fields=["ended_on", "end_reason"])
    _told("end", home, actor, f"终止收购协议：{row.business}，{on}起，{row.end_reason}")
    return row


@transaction.atomic
def withdraw(agreement: SaleAgreement, *, reason: str, actor) -> SaleAgreement:
    """Take an agreement back that never was; one with results only after these.

    Raises PermissionDenied, ValidationError (reason), ChangedMeanwhile.
    """
    home, row = _held(agreement, actor)
    if row.results.current().exists():
        raise ValidationError("已登记收购结果；协议确是登记错了的，请先把各年结果作废。")
    if not reason.strip():
        raise ValidationError({"reason": "请填写撤销原因。"})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), actor, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _told("withdraw", home, actor, f"撤销收购协议：{row.business}，原因：{row.withdrawn_reason}")
    return row


@transaction.atomic
def set_result(
    agreement: SaleAgreement,
    year: int,
    *,
    quantity: Decimal,
    paid: Decimal,
    remark: str = "",
    reason: str = "",
    actor,
    identity: UUID | None = None,
) -> SaleResult:
    """Note what was bought by an agreement in a year; where that was noted before, a further version with its `reason`.

    `identity`: of the form; the same form sent twice counts once. Raises PermissionDenied, ValidationError by field
    ("year", quantity, paid, reason), ChangedMeanwhile where the agreement was taken back.
    """
    home, row = _held(agreement, actor)
    made = SaleResult(
        agreement=row,
        year=year,
        quantity=quantity,
        paid=paid,
        remark=remark.strip(),
        correction=reason.strip(),
        identity=identity,
        recorded_by=actor,
    )
    if (stands := sent_before(made, later=("is_current", "version"))) is not None:
        return stands
    if year not in row.years_held(timezone.localdate()):
        raise ValidationError({"year": f"{year}年不在协议期内。"})
    if quantity < 0 or paid < 0:
        raise ValidationError({"quantity": "数量、金额不能为负数。"})
    if not quantity and paid:
        raise ValidationError({"quantity": "填了收购款，请填收购数量。"})
    known = row.results.current().filter(year=year).first()
    if known is None:
        made.correction = ""
    else:
        if (known.quantity, known.paid, known.remark) == (quantity, paid, made.remark):
            raise ValidationError("没有改动任何内容。")
        if not made.correction:
            raise ValidationError({"reason": told_before(known)})
        made.version = known.version + 1
        known.is_current = False
        known.save(update_fields=["is_current"])
    with told_in_words(SaleResult):
        made.save(force_insert=True)
    told = f"{row.business}：{year}年度收购{row.product} {quantity:,.2f} {row.unit}，收购款 {paid:,.2f} 元"
    if known is not None:
        told = f"{told}（第 {made.version} 版，{made.correction}）"
    _told("result", home, actor, told)
    return made


def told_before(known: SaleResult) -> str:
    """What is said to who tells of a year again without a reason."""
    return (
        f"{known.year}年度收购结果已由{known.recorded_by.name}登记（{known.quantity:,.2f}，"
        f"{known.paid:,.2f} 元），有变动请写明更正原因。"
    )


@transaction.atomic
def withdraw_result(result: SaleResult, *, reason: str, actor) -> SaleResult:
    """Say that a result does not count (作废). Raises PermissionDenied, ValidationError (reason), ChangedMeanwhile."""
    home, agreement = _held(result.agreement, actor)
    row = SaleResult.objects.get(pk=result.pk)
    if not row.is_current:
        raise ChangedMeanwhile(row.state_words)
    if not reason.strip():
        raise ValidationError({"reason": "请填写作废原因。"})
    row.is_current = False
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), actor, reason.strip()
    row.save(update_fields=["is_current", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    words = f"{agreement.business}：{row.year}年度收购结果作废，{row.withdrawn_reason}"
    _told("unresult", home, actor, words)
    return row


def _require_right(home: Household, actor) -> None:
    if not may_record(actor, home.area_id):
        raise PermissionDenied("您没有登记该户收购协议的权限。")


def _held(agreement: SaleAgreement, actor) -> tuple[Household, SaleAgreement]:
    """The household, held, and its agreement as it stands now. A closed household's results may still be told."""
    home = lock_households([agreement.household_id])[agreement.household_id]
    _require_right(home, actor)
    row = SaleAgreement.objects.select_related("household").get(pk=agreement.pk)
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    return home, row


def _stored(upload, home: Household, actor):
    if upload is None:
        return None
    try:
        return store(upload, actor=actor, area_code=home.area_id, kind=Kind.SCAN)
    except ValidationError as error:
        raise ValidationError({SCAN: error.messages}) from error


def _told(verb: str, home: Household, actor, summary: str) -> None:
    record(f"households.sale.{verb}", home, actor=actor, summary=summary)
