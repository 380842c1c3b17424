"""Posting lists, and what a notice holds back until it has ended (architecture 8)."""

import hashlib
import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from poverty.audit.services import record
from poverty.parameters.services import value_for
from poverty.review.errors import constraint_of
from poverty.review.models import Notice, Roster, RosterEntry
from poverty.review.services.papers import check_paper_day

DAYS = {kind: f"notice.{kind}_days" for kind in Notice.Kind.values}


def minimum_days(kind: str, area_code: str, on: date) -> int:
    """How many days a notice must hang in a place, by the rule of the day of its posting; the posting day counts."""
    return value_for(DAYS[kind], area_code, on)


@transaction.atomic
def post_notice(
    roster: Roster,
    kind: str,
    *,
    title: str,
    place: str,
    publisher: str,
    contact: str,
    actor,
    posted_on: date | None = None,
    days: int | None = None,
    area_code: str = "",
    posted_by=None,
    posted_by_name: str = "",
    late_reason: str = "",
    corrects: Notice | None = None,
) -> tuple[Notice, str]:
    """Post a list in a place; returns the notice and the code to print on its sheet, which is stored as a hash only.

    `days` None: as many as the rule asks. The caller has checked right and place. Raises ValidationError by field: a
    day to come, late without reason, too few days, an empty list, a list that hangs already.
    """
    area_code = area_code or roster.area_code
    posted_on, late_reason = check_paper_day(
        posted_on, area_code, late_reason, field="posted_on", what="张贴日期"
    )
    if posted_on < roster.made_on:
        raise ValidationError({"posted_on": f"张贴日期不能早于造册日期 {roster.made_on}。"})
    least = minimum_days(kind, area_code, posted_on)
    days = least if days is None else days
    if days < least:
        raise ValidationError({"days": f"公示不得少于 {least} 天。"})
    households = RosterEntry.objects.standing().filter(roster=roster).count()
    if not households:
        raise ValidationError("名单上已经没有户，不能公示。")
    code = secrets.token_urlsafe(12)
    notice = Notice(
        kind=kind,
        roster=roster,
        area_code=area_code,
        title=title.strip(),
        place=place.strip(),
        publisher=publisher.strip(),
        contact=contact.strip(),
        posted_on=posted_on,
        days=days,
        minimum_days=least,
        last_day=posted_on + timedelta(days=days - 1),
        corrects=corrects,
        households=households,
        posted_by=posted_by or (None if posted_by_name else actor),
        posted_by_name=posted_by_name.strip() or (posted_by or actor).name,
        recorded_by=actor,
        late_reason=late_reason,
        token_hash=hash_of(code),
    )
    notice.clean_fields(exclude=["roster", "posted_by", "recorded_by", "corrects"])
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError as error:
        if constraint_of(error) != "one_notice_of_a_kind_for_a_roster":
            raise
        raise ValidationError("这份名单已经公示过，请刷新后查看。") from error
    record(
        "review.notice.post",
        notice,
        actor=actor,
        summary=f"{notice.get_kind_display()}：{title}，{households}户，{posted_on} 至 {notice.last_day}",
    )
    return notice, code


@transaction.atomic
def withdraw_notice(notice: Notice, *, reason: str, actor, on: date) -> None:
    """Take a notice back that should not have hung: it counts as never posted. ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回公示的原因。"})
    rows = Notice.objects.standing().filter(pk=notice.pk)
    if rows.update(withdrawn_on=on, withdrawn_reason=reason.strip()[:200]) != 1:
        raise ValidationError("这份公示已经撤回，请刷新后查看。")
    record("review.notice.withdraw", notice, actor=actor, summary=f"撤回：{reason.strip()}")


def hash_of(code: str) -> str:
    """What is stored of the code on a sheet."""
    return hashlib.sha256(code.encode()).hexdigest()
