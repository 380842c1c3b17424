"""The catalogue: drafted by one person, published by another, corrected by a new version. Published is frozen."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.benefits.catalogue import BY_CODE
from households.benefits.conditions import read
from households.benefits.fields import EMPTY, FIELDS
from households.benefits.models import Policy
from households.benefits.models.policy import FIRST_YEAR, FOREVER, LAST_YEAR
from households.options.income_items import EXPENSE, INCOME_ITEMS
from households.options.policy_options import (
    AMOUNT_RULES,
    BY_TERM,
    DIFFERENCE,
    FREQUENCIES,
    LINES,
    PER_UNIT,
    POLICY_GROUPS,
    POLICY_LEVELS,
    SERVICE,
    TERMS,
)
from poverty.accounts.options.sectors import SECTORS
from poverty.audit.services import differences, record
from poverty.review.batch import fire_many
from poverty.review.errors import ChangedMeanwhile
from poverty.review.services import fire, note_fact_entry
from poverty.sql.locks import hold
from poverty.standards.statuses import Status

CASE = "households.policy"
_RIGHT = "policy.edit"
_CHOICES = {
    "sector": SECTORS,
    "level": POLICY_LEVELS,
    "group": POLICY_GROUPS,
    "frequency": FREQUENCIES,
    "rule": AMOUNT_RULES,
}
_ABOUT_THE_ROW = {one.name for one in Policy._meta.concrete_fields} - {*FIELDS, "code"}
_NEEDS_AMOUNT = ("fixed", "per_unit", "up_to")


@transaction.atomic
def draft_policy(
    *, actor, area_code: str, code: str, values: Mapping[str, Any], corrects: Policy | None = None, comment=""
) -> Policy:
    """Begin a draft. `values`: FIELDS; missing ones say nothing. Needs policy.edit at a county. The same first draft
    of the same person once more is the one that he has begun: a form that was sent twice.

    Raises ValidationError by field, PermissionDenied.
    """
    _may_edit(actor, area_code)
    values = checked({name: values.get(name, EMPTY.get(name, "")) for name in FIELDS})
    policy = Policy(
        code=code,
        area_code=area_code,
        version=corrects.version + 1 if corrects else 1,
        corrects=corrects,
        drafted_by=actor,
        makers=[actor.pk],
        **values,
    )
    policy.clean_fields(exclude=_ABOUT_THE_ROW)
    hold(_lock(area_code))
    begun = Policy.objects.drafts().filter(area_code=area_code, code=code, corrects=None, drafted_by=actor)
    for one in begun if corrects is None else ():
        if all(getattr(one, name) == getattr(policy, name) for name in FIELDS):
            return one
    try:
        with transaction.atomic():
            policy.save(force_insert=True)
    except IntegrityError as error:
        raise _in_words(error) from error
    fire("draft", policy, actor=actor, comment=comment)
    return policy


@transaction.atomic
def draft_from_catalogue(
    codes: Collection[str],
    *,
    actor,
    area_code: str,
    year_from: int,
    document_name: str,
    document_number: str,
    document_date: date | None,
) -> int:
    """Take rows of the reference catalogue over as drafts under one document of the county; returns how many.

    Those that the county has already, as a draft or in force from that year on, are left as they are.
    """
    _may_edit(actor, area_code)
    if unknown := set(codes) - BY_CODE.keys():
        raise ValidationError({"codes": f"参考目录里没有：{'、'.join(sorted(unknown))}。"})
    if not codes:
        raise ValidationError({"codes": "请至少选一项政策。"})
    hold(_lock(area_code))
    rows = Policy.objects.filter(area_code=area_code)
    there = set(rows.drafts().values_list("code", flat=True))
    there |= set(rows.published().in_year(year_from).values_list("code", flat=True))
    document = {
        "document_name": document_name,
        "document_number": document_number,
        "document_date": document_date,
    }
    new = [
        Policy(
            code=code,
            area_code=area_code,
            drafted_by=actor,
            makers=[actor.pk],
            **checked({**BY_CODE[code].values, **document, "year_from": year_from, "year_to": None}),
        )
        for code in BY_CODE
        if code in codes and code not in there
    ]
    Policy.objects.bulk_create(new)
    if new:
        drafted = Policy.objects.filter(pk__in=[one.pk for one in new])
        fire_many("draft", drafted, actor=actor, comment="取自参考目录")
    return len(new)


@transaction.atomic
def update_policy(policy: Policy, *, actor, values: Mapping[str, Any], version: str = "") -> Policy:
    """Alter a draft. Whoever does can no longer publish it. `version`: edited_at as the form was opened, ISO; somebody
    else saved since: refused. Raises ValidationError by field, ChangedMeanwhile when it is no draft any more.
    """
    _may_edit(actor, policy.area_code)
    now = Policy.objects.select_for_update().get(pk=policy.pk)
    if not now.is_draft:
        raise ChangedMeanwhile(now.get_status_display())
    if version and version != now.edited_at.isoformat():
        raise ValidationError(
            "您填写期间别人也改了这份草稿，请另开一页对照后再保存；您填的内容还在下面。", code="conflict"
        )
    values = checked({name: values.get(name, getattr(now, name)) for name in FIELDS})
    before = {name: getattr(now, name) for name in FIELDS}
    for name, value in values.items():
        setattr(now, name, value)
    now.clean_fields(exclude=_ABOUT_THE_ROW)
    changes = differences(_plain(before), _plain(values))
    if not changes:
        return now
    now.makers = [one for one in now.makers if one != actor.pk] + [actor.pk]
    now.save(update_fields=[*FIELDS, "makers", "edited_at"])
    note_fact_entry(CASE, now.pk, actor)
    record("households.policy.update", now, actor=actor, changes=changes, summary=f"修改政策草稿：{now}")
    return now


@transaction.atomic
def add_condition(policy: Policy, condition: Mapping[str, Any], *, actor) -> Policy:
    """Add a condition to a draft; one that it has already adds nothing. Raises as update_policy does."""
    now = Policy.objects.select_for_update().get(pk=policy.pk)
    if read([condition], now.level)[0] in now.entitled:
        return now
    return update_policy(now, actor=actor, values={"entitled": [*now.entitled, condition]})


def _lock(area_code: str) -> str:
    """What begins drafts at a place waits here, so that one sees what the other began."""
    return f"policy drafts {area_code}"


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(one) if isinstance(one, list) else one for name, one in values.items()}


@transaction.atomic
def publish_policies(policies: Iterable[Policy], *, actor, comment: str = "") -> int:
    """Put drafts into force, each in place of the version it corrects; returns how many. All of them or none.

    By somebody who neither drafted nor altered any of them: money is decided here. Raises ValidationError naming the
    policy that is in the way, PermissionDenied, NotAllOfThem, ChangedMeanwhile.
    """
    ids = [one.pk for one in policies]
    rows = list(Policy.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if not rows:
        raise ValidationError("请至少选一项政策。")
    for one in rows:
        if not actor.has_right_at(_RIGHT, one.area_code):
            raise PermissionDenied("您没有在该地区发布政策的权限。")
        if not one.is_draft:
            raise ChangedMeanwhile(one.get_status_display())
        if actor.pk in one.makers:
            raise ValidationError(f"“{one.name}”由您起草或修改过，须由另一人发布。", code="maker")
        if missing := what_is_missing(one):
            raise ValidationError(f"“{one.name}”还不能发布：{missing}")
        _check_replaces(one)
    replaced = Policy.objects.published().filter(corrections__in=ids)
    drafts = Policy.objects.filter(pk__in=ids)
    fire_many("supersede", replaced, actor=actor, comment="由新版本替代")
    drafts.update(published_by=actor, published_at=timezone.now())
    try:
        with transaction.atomic():
            fire_many("publish", drafts, actor=actor, comment=comment.strip())
    except IntegrityError as error:
        raise _in_words(error) from error
    return len(rows)


def what_is_missing(policy: Policy) -> str:
    """Why a draft cannot be published yet; "" when it is complete."""
    if not (policy.document_name and policy.document_number and policy.document_date):
        return "请先填写文件名称、文号和发文日期。"
    if policy.pays and not (policy.income_item or policy.not_counted):
        return "请说明计入哪个收入项目，或为什么不计入收入。"
    return ""


def _check_replaces(policy: Policy) -> None:
    """A draft replaces exactly the version that it corrects, and no other of the same place and years."""
    until = policy.year_to or FOREVER
    others = Policy.objects.published().filter(
        area_code=policy.area_code, code=policy.code, year_from__lte=until
    )
    for one in others.exclude(pk=policy.corrects_id):
        if (one.year_to or FOREVER) >= policy.year_from:
            raise ValidationError(
                f"“{policy.name}”在{one.years}已有执行的版本，请在那个版本上更正，本草稿可作废。",
                code="not_a_correction",
            )


@transaction.atomic
def correct_policy(policy: Policy, *, actor, reason: str) -> Policy:
    """Begin the next version of a published policy."""
    if policy.status != Status.PUBLISHED:
        raise ValidationError(f"只能更正已发布的政策，本政策当前为“{policy.get_status_display()}”。")
    if not reason.strip():
        raise ValidationError({"reason": "请填写更正原因。"})
    values = {name: getattr(policy, name) for name in FIELDS}
    return draft_policy(
        actor=actor,
        area_code=policy.area_code,
        code=policy.code,
        values=values,
        corrects=policy,
        comment=reason.strip(),
    )


@transaction.atomic
def withdraw_policy(policy: Policy, *, actor, reason: str) -> Policy:
    """Give up a draft, with the reason."""
    _may_edit(actor, policy.area_code)
    if not reason.strip():
        raise ValidationError({"reason": "请填写作废原因。"})
    fire("withdraw", policy, actor=actor, comment=reason.strip())
    return Policy.objects.get(pk=policy.pk)


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """Fields of a policy as they are kept; ValidationError by field."""
    errors: dict[str, str] = {}
    for name, options in _CHOICES.items():
        if values[name] not in options:
            errors[name] = "请从列表中选择。"
    if not values["name"].strip():
        errors["name"] = "请填写政策名称。"
    if not values["content"].strip():
        errors["content"] = "请写明政策内容。"
    first, last = values["year_from"], values["year_to"]
    if first is None or not FIRST_YEAR <= first <= LAST_YEAR:
        errors["year_from"] = f"起始年度须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。"
    elif last is not None and not first <= last <= LAST_YEAR:
        errors["year_to"] = "截止年度不能早于起始年度。"
    errors |= _money_faults(values)
    try:
        values["entitled"] = read(values["entitled"], values["level"])
    except ValidationError as error:
        errors["entitled"] = " ".join(error.messages)
    try:
        values["terms"] = _terms(values["terms"], values["frequency"])
    except ValidationError as error:
        errors["terms"] = " ".join(error.messages)
    if values["document_date"] and values["document_date"] > timezone.localdate():
        errors["document_date"] = "发文日期在今天之后，请核对。"
    if errors:
        raise ValidationError(errors)
    return values


def _money_faults(values: dict[str, Any]) -> dict[str, str]:
    """Amount, unit, line and share as the rule asks for them; what it does not ask for is emptied."""
    errors, rule = {}, values["rule"]
    if rule in _NEEDS_AMOUNT and (values["amount"] is None or values["amount"] <= 0):
        errors["amount"] = "请填金额，须大于 0。"
    if rule not in (*_NEEDS_AMOUNT, DIFFERENCE):
        values["amount"] = None
    if rule == PER_UNIT and not values["unit"].strip():
        errors["unit"] = "请填计量单位，例如：亩、千瓦、天。"
    if rule != PER_UNIT:
        values["unit"] = ""
    if rule == DIFFERENCE:
        if values["line"] not in LINES:
            errors["line"] = "请选择对照哪条标准线。"
        if values["share"] is None or not 0 < values["share"] <= 100:
            errors["share"] = "请填差额的百分比，大于 0、不超过 100。"
    else:
        values["line"], values["share"] = "", None
    if values["income_item"] and not counts_as_income(values["income_item"]):
        errors["income_item"] = "请从列表中选择计入收入的项目。"
    if values["income_item"] and values["not_counted"]:
        errors["not_counted"] = "计入收入的，不填不计入的原因。"
    if rule == SERVICE and values["income_item"]:
        errors["income_item"] = "不发钱的政策不计入收入。"
    return errors


def counts_as_income(item: str) -> bool:
    """Whether money of a policy may go into an item: one of income, that counts."""
    return item in INCOME_ITEMS and INCOME_ITEMS[item].counts and INCOME_ITEMS[item].group != EXPENSE


def _terms(given: Any, frequency: str) -> list[dict[str, str]]:
    """[{"period", "check_by", "pay_by"}] with days as month-day; of a policy per term only."""
    kept = []
    for one in given or ():
        row = {name: str(one.get(name) or "") for name in ("period", "check_by", "pay_by")}
        if not row["check_by"] and not row["pay_by"]:
            continue
        if frequency != BY_TERM or row["period"] not in TERMS:
            raise ValidationError("只有按学期发放的政策有各学期的期限。")
        for name, label in (("check_by", "核定期限"), ("pay_by", "发放期限")):
            if row[name] and day_in(row[name], 2001) is None:
                raise ValidationError(f"{TERMS.label(row['period'])}的{label}请按“月-日”填写，例如 06-10。")
        if row["check_by"] and row["pay_by"] and row["pay_by"] < row["check_by"]:
            raise ValidationError(f"{TERMS.label(row['period'])}的发放期限不能早于核定期限。")
        kept.append(row)
    return sorted(kept, key=lambda one: TERMS.keys.index(one["period"]))


def day_in(text: str, year: int) -> date | None:
    """The day of a year that "06-10" names; None when it names none."""
    try:
        month, day = text.split("-")
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _may_edit(actor, area_code: str) -> None:
    # A county's policies hold in all of it: lists of a county and of its townships must add up.
    if len(area_code) not in (2, 4, 6) or not actor.has_right_at(_RIGHT, area_code):
        raise PermissionDenied("您没有在该地区维护政策的权限，政策由县及以上制定。")


def _in_words(error: IntegrityError) -> Exception:
    text = str(error)
    if "one_open_correction_of_a_policy" in text:
        return ValidationError("该政策已有一份更正草稿，请在那份草稿上修改。")
    if "one_published_policy" in text:
        return ValidationError(
            "该地区这些年度的同一政策刚刚由他人发布，请刷新后对照。", code="changed_meanwhile"
        )
    return error
