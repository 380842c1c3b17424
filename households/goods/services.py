"""What 四个好 asks of an area, and what somebody ticked of a household."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.disclosure import whole_to
from households.duties.services.writing import check_day
from households.goods.items import Item, items_for
from households.goods.querysets import DRAW_UP, ENTER
from households.models import CountyYear, GoodsEntry, GoodsTemplate, Household
from households.options.goods import GOODS, READ
from households.services.fact_rows import checked_day, late_words
from households.services.facts import open_year_of
from households.services.locking import lock_open, require_registered
from poverty.audit.services import record
from poverty.sql.locks import hold, share


class EnteredMeanwhile(ValidationError):
    """Somebody has entered something since the page was opened; `entry`: what stands now, None: nothing."""

    def __init__(self, message: str, entry: GoodsEntry | None):
        super().__init__(message)
        self.entry = entry


MOST = 12  # items of one good
LONGEST = 60


@transaction.atomic
def set_items(
    area_code: str, *, year_from: int, items: Sequence[Item], document: str, actor
) -> GoodsTemplate:
    """Say what the four goods are made of in a county from a year on, by a document; the version before stays. Said
    again alike, it is said once.

    Raises PermissionDenied (parameter.edit), ValidationError by good, or at "year_from" and "document".
    """
    if len(area_code) != 6 or not actor.has_right_at(DRAW_UP, area_code):
        raise PermissionDenied("您没有规定本县四个好项目的权限。")
    errors = {}
    for good in GOODS.keys:
        own = [one for one in items if one.good == good]
        if not own:
            errors[good] = f"“{GOODS.label(good)}”至少要有一项。"
        elif len(own) > MOST:
            errors[good] = f"“{GOODS.label(good)}”最多 {MOST} 项。"
        elif any(len(one.label) > LONGEST for one in own):
            errors[good] = f"每一项最多 {LONGEST} 个字。"
    keys = [one.key for one in items]
    if len(keys) != len(set(keys)):
        errors["__all__"] = "同一项目只写一次。"
    if any(one.read and one.read not in READ for one in items):
        errors["__all__"] = "没有这样的读取项目。"
    if not 2014 <= year_from <= 2100:
        errors["year_from"] = "年度须在2014至2100之间。"
    if not document.strip():
        errors["document"] = "请填文件名称。"
    if errors:
        raise ValidationError(errors)
    _refuse_closed(area_code, year_from)
    hold(f"goods items {area_code}")  # the same page sent twice is read after it was written once
    said = {"year_from": year_from, "items": [asdict(one) for one in items], "document": document.strip()}
    own = GoodsTemplate.objects.filter(area_code=area_code, year_from=year_from).order_by("-id").first()
    if own is not None and all(getattr(own, name) == value for name, value in said.items()):
        return own
    before = items_for(area_code, year_from)
    row = GoodsTemplate.objects.create(area_code=area_code, recorded_by=actor, **said)
    changes = {"项目": [[one.label for one in before.items], [one.label for one in items]]}
    summary = f"{year_from}年度起的四个好项目，{row.document}"
    record("households.goods.items", row, actor=actor, changes=changes, summary=summary)
    return row


@transaction.atomic
def enter_goods(
    household: Household,
    year: int,
    *,
    answers: Mapping[str, bool | None],
    happened_on: date,
    remark: str = "",
    late_reason: str = "",
    seen: int | None = None,
    actor,
) -> GoodsEntry:
    """Record what was seen of a household: true or false per item that is ticked, None: not known. Takes the place of
    the year's entry before, which must not have been seen later.

    `seen`: key of the entry that the page showed, 0: none; where somebody has entered another one since, it is refused,
    so that nobody's answers are lost. None: from no page. Sent twice, it is written once. Raises PermissionDenied
    (survey.edit), ValidationError by field (happened_on, late_reason, "year" not open) or without any answer,
    EnteredMeanwhile.
    """
    household = lock_open(household)
    visible = Household.objects.visible_to(actor, ENTER).filter(whole_to(actor))
    if not visible.filter(pk=household.pk).exists():
        raise PermissionDenied("您没有登记该户四个好的权限。")
    require_registered(household)
    open_year_of(household.area_id, year)
    check_day(happened_on)
    items = items_for(household.area_id, year)
    asked = {one.key: one for one in items.to_tick()}
    given = {key: value for key, value in answers.items() if key in asked and value is not None}
    errors = {}
    if happened_on.year != year:
        errors["happened_on"] = f"日期须在{year}年内。"
    if not given:
        errors["__all__"] = "请至少勾选一项。"
    if errors:
        raise ValidationError(errors)
    before = (
        GoodsEntry.objects.select_for_update().filter(household=household, year=year, is_current=True).first()
    )
    if before is not None and _same(before, given, happened_on, remark, actor):
        return before
    if seen is not None and seen != (before.pk if before else 0):
        raise EnteredMeanwhile(_meanwhile(before, given, asked), before)
    if before is not None and happened_on < before.happened_on:
        text = f"{before.recorded_by.name}登记的是 {before.happened_on} 看到的，日期不能早于该日；更早看到的不再登记。"
        raise ValidationError({"happened_on": text})
    _, late_reason = checked_day(household.area_id, year, happened_on, late_reason)
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    row = GoodsEntry.objects.create(
        household=household,
        year=year,
        happened_on=happened_on,
        answers=given,
        remark=remark.strip(),
        late_reason=late_reason,
        recorded_by=actor,
    )
    was = before.answers if before else {}
    changes = {
        asked[key].label: [_word(was.get(key)), _word(given.get(key))]
        for key in asked
        if was.get(key) != given.get(key)
    }
    summary = f"{year}年度四个好，{happened_on}{late_words(late_reason)}"
    record("households.goods.enter", household, actor=actor, changes=changes, summary=summary)
    return row


def _same(row: GoodsEntry, answers: Mapping[str, bool], happened_on: date, remark: str, actor) -> bool:
    told = (row.answers, row.happened_on, row.remark, row.recorded_by_id)
    return told == (answers, happened_on, remark.strip(), actor.pk)


def _meanwhile(row: GoodsEntry | None, answers: Mapping[str, bool], asked: Mapping[str, Item]) -> str:
    """What somebody entered since the page was opened, where it differs from what was typed."""
    if row is None:
        return "打开页面以后登记有变动，请核对后再保存。"
    other = [
        f"{asked[key].label}：{_word(row.answers.get(key)) or '没有勾选'}"
        for key in asked
        if row.answers.get(key) != answers.get(key)
    ]
    differs = f"与您填的不同的有：{'；'.join(other)}。" if other else ""
    return f"打开页面以后，{row.recorded_by.name}登记了 {row.happened_on} 看到的。{differs}请核对后再保存，以您保存的为准。"


def _refuse_closed(area_code: str, year_from: int) -> None:
    """The figures of a closed year stay: items begin with a year after the last closed one."""
    years = share(CountyYear.objects.filter(area_id=area_code, year__gte=year_from).order_by("year"))
    closed = [one.year for one in years if one.state == CountyYear.State.CLOSED]
    if closed:
        text = f"{max(closed)}年度已关闭，项目和结果不再改动，请从{max(closed) + 1}年度或以后起。"
        raise ValidationError({"year_from": text})


def _word(value: bool | None) -> str:
    return {True: "是", False: "否"}.get(value, "")
