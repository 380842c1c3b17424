"""Who works in a workroom and what money it has of a year."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from households.services.once import sent_before
from poverty.audit.services import record
from villages.models import VillagePost, Workroom, WorkroomFund, WorkroomStaff
from villages.options.posts import LIVING_THERE
from villages.workrooms.services.opening import locked, require_right

# Who may be staff: those who work in the village; leaders and those who only come from outside are none.
WORKING = (*LIVING_THERE, "technician", "village_cadre")


def candidates(workroom: Workroom, on: date | None = None) -> list[VillagePost]:
    """Who works in the village on a day (default: today), each person once, by the first of his posts."""
    first: dict[int, VillagePost] = {}
    for row in _working(workroom, on).select_related("person__unit", "unit").order_by("valid_from", "pk"):
        first.setdefault(row.person_id, row)
    return list(first.values())


def _working(workroom: Workroom, on: date | None):
    return VillagePost.objects.open_on(on).filter(village=workroom.village_id, post__in=WORKING)


@transaction.atomic
def set_staff(workroom: Workroom, posts: Collection[int], *, on: date, actor) -> int:
    """From a day on exactly the holders of these posts (keys) work in the workroom, each by the post he held on that
    day; how many rows changed.

    Raises PermissionDenied, ValidationError by field: on (also before the last change), posts (somebody who holds no
    post of the village that day).
    """
    row = locked(workroom, actor)
    if on > timezone.localdate():
        raise ValidationError({"on": "日期在今天之后，请核对。"})
    if on < row.valid_from:
        raise ValidationError({"on": f"工作室 {row.valid_from} 设立，日期不能更早。"})
    known = {one.person_id: one for one in candidates(row, on)}
    chosen = VillagePost.objects.filter(
        pk__in=posts, village=row.village_id, post__in=WORKING
    ).select_related("person")
    gone = [one for one in chosen if one.person_id not in known]
    if gone or len(chosen) < len(set(posts)):
        names = "、".join(one.holder for one in gone) or "所选人员"
        raise ValidationError({"posts": f"{names}在 {on} 不在本村任职，请先安排岗位或改日期。"})
    _require_after_changes(row, on)
    open_rows = list(row.staff.filter(valid_to=None).select_related("post__person"))
    held = set(_working(row, on).values_list("pk", flat=True))
    here = {one.post.person_id: one for one in open_rows if one.post_id in held}
    wanted = {one.person_id: known[one.person_id] for one in chosen}
    ending = [one for one in open_rows if here.get(one.post.person_id) is not one]
    ending += [one for person, one in here.items() if person not in wanted]
    adding = [post for person, post in wanted.items() if person not in here]
    WorkroomStaff.objects.filter(pk__in=[one.pk for one in ending]).update(valid_to=on)
    WorkroomStaff.objects.bulk_create(
        WorkroomStaff(workroom=row, post=post, valid_from=on, recorded_by=actor) for post in adding
    )
    if ending or adding:
        record(
            "villages.workroom.staff",
            row,
            actor=actor,
            changes={
                "staff": [
                    "、".join(one.post.holder for one in ending) or None,
                    "、".join(post.holder for post in adding) or None,
                ]
            },
            summary=f"自 {on} 起工作人员 {len(wanted)} 人",
        )
    return len(ending) + len(adding)


def _require_after_changes(row: Workroom, on: date) -> None:
    """ValidationError at "on" before the last change: what was chosen from a later day on is written over by nobody."""
    days = [
        day
        for span in row.staff.exclude(valid_to=F("valid_from")).values_list("valid_from", "valid_to")
        for day in span
        if day is not None
    ]
    if days and (latest := max(days)) > on:
        raise ValidationError({"on": f"工作人员 {latest} 有过变动，日期不能早于这一天。"})


def fund_years(workroom: Workroom) -> range:
    """The years of which money may be noted: since it was opened, from 2014 on (as the table asks), to the next."""
    return range(max(workroom.valid_from.year, 2014), timezone.localdate().year + 2)


@transaction.atomic
def add_fund(
    workroom: Workroom,
    *,
    year: int,
    amount: Decimal,
    given_on: date,
    source: str,
    document: str,
    identity: UUID | None = None,
    actor,
) -> WorkroomFund:
    """Note money for a workroom in a year; yuan. `identity` of the page makes it arrive once.

    Raises PermissionDenied, ValidationError by field.
    """
    row = locked(workroom, actor)
    errors = {}
    if given_on > timezone.localdate():
        errors["given_on"] = "日期在今天之后，请核对。"
    if year not in fund_years(row):
        errors["year"] = f"年度须在 {fund_years(row)[0]} 至明年之间。"
    if amount <= 0:
        errors["amount"] = "金额须大于 0。"
    if not source.strip():
        errors["source"] = "请填写资金来源。"
    if not document.strip():
        errors["document"] = "请写明文件。"
    if errors:
        raise ValidationError(errors)
    made = WorkroomFund(
        workroom=row,
        year=year,
        amount=amount,
        given_on=given_on,
        source=source.strip(),
        document=document.strip(),
        recorded_by=actor,
        identity=identity,
    )
    made.clean_fields(exclude=["workroom", "recorded_by", "withdrawn_by"])
    if (stands := sent_before(made)) is not None:
        return stands
    made.save()
    record(
        "villages.workroom.fund",
        made,
        actor=actor,
        changes={"amount": [None, str(amount)]},
        summary=f"{year}年度 {amount:,.2f} 元，{made.source}",
    )
    return made


@transaction.atomic
def withdraw_fund(fund: WorkroomFund, *, reason: str, actor) -> WorkroomFund:
    """Take back money that was mistyped, with its reason. Raises PermissionDenied, ValidationError at "reason"."""
    rows = WorkroomFund.objects.select_for_update(of=("self",)).select_related("workroom__village")
    row = rows.get(pk=fund.pk)
    require_right(row.workroom.village, actor)
    if row.withdrawn_at is not None:
        raise ValidationError("这笔经费已撤回。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回原因。"})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), actor, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        "villages.workroom.fund_withdraw",
        row,
        actor=actor,
        changes={"amount": [str(row.amount), None]},
        summary=f"{row.year}年度 {row.amount:,.2f} 元：{row.withdrawn_reason}",
    )
    return row
