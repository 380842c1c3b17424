"""What a phone says is still on it, and giving up on one that was lost."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import UnsentVisits
from poverty.audit.services import differences, record
from poverty.web.rights import OwnMatter

SETTLE = "visit.settle"


@dataclass(frozen=True)
class OnPhone:
    """What a phone holds: `visits` in all, of them `drafts` being filled in and `troubled` to be mended; the day of
    the oldest, None when there is none.
    """

    visits: int
    drafts: int
    troubled: int
    oldest_on: date | None


@transaction.atomic
def say_unsent(phone: UUID, told: OnPhone, device: str, *, actor) -> UnsentVisits:
    """Keep what a phone of this person says. A day ahead of ours is today's: its clock is wrong. ValidationError when
    the counts cannot be.

    The log is told when something begins to wait, when the oldest of it is another, and when nothing waits any more: not
    each visit that is begun. A phone of which nothing more was expected is expected again.
    """
    if told.drafts + told.troubled > told.visits or (told.visits == 0) != (told.oldest_on is None):
        raise ValidationError("次数与最早的走访日期对不上。")
    before = UnsentVisits.objects.select_for_update().filter(visitor=actor, phone=phone).first()
    now = {
        "visits": told.visits,
        "drafts": told.drafts,
        "troubled": told.troubled,
        "oldest_on": min(told.oldest_on, timezone.localdate()) if told.oldest_on else None,
        "given_up_at": None,
        "given_up_by": None,
        "given_up_why": "",
    }
    row, _ = UnsentVisits.objects.update_or_create(
        visitor=actor, phone=phone, defaults={**now, "device": device, "said_at": timezone.now()}
    )
    again = before is not None and before.given_up_at is not None
    oldest = before.oldest_on if before is not None else None
    if again or oldest != row.oldest_on:
        record(
            "households.visit.unsent",
            row,
            actor=actor,
            changes=differences({"oldest_on": oldest}, {"oldest_on": row.oldest_on}),
            summary=("不再等待的手机又有联系：" if again else "") + _words(row),
        )
    return row


def _words(row: UnsentVisits) -> str:
    if not row.visits:
        return "手机上的走访都已收到"
    return f"手机上有 {row.visits} 次走访未发送，最早 {row.oldest_on}"


@transaction.atomic
def give_up_unsent(row: UnsentVisits, why: str, *, actor) -> UnsentVisits:
    """Expect nothing more of a phone that was lost or broken: it is reminded of no longer.

    PermissionDenied for who does not settle visits where the person works; ValidationError without a reason, or when
    it holds nothing.
    """
    if not UnsentVisits.objects.visible_to(actor, SETTLE).filter(pk=row.pk).exists():
        raise PermissionDenied("您没有核对该走访人的走访的权限。")
    if row.visitor_id == actor.pk:
        raise OwnMatter("自己手机上的走访，由别人确认不再等待。")
    if not why.strip():
        raise ValidationError({"reason": "请填写原因。"})
    now = UnsentVisits.objects.select_for_update().get(pk=row.pk)
    if not now.visits or now.given_up_at is not None:
        raise ValidationError("这部手机上已没有等待的走访，请刷新页面。", code="changed_meanwhile")
    now.given_up_at, now.given_up_by, now.given_up_why = timezone.now(), actor, why.strip()
    now.save(update_fields=["given_up_at", "given_up_by", "given_up_why"])
    record(
        "households.visit.give_up",
        now,
        actor=actor,
        summary=f"不再等待手机上的 {now.visits} 次走访：{now.given_up_why}",
    )
    return now
