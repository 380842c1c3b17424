"""The parts of a household's electronic file: card, facts by year, income, verdicts, decisions, timeline, evidence.

Tables are CSV with a mark at the beginning, as ledgers are (poverty/ledgers/outgoing/csv_file.py). Evidence goes out as
it was brought: a photographed paper cannot be masked.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from households.archive.cards import Card
from households.income_sheet import GROUP_FIELDS
from households.indicators import INDICATORS
from households.living import sections
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    IncomeItem,
    Membership,
    MemberSurvey,
    RegisterChange,
    Survey,
)
from households.options.health_states import HEALTH_STATES
from households.options.income_items import INCOME_GROUPS, INCOME_ITEMS
from households.options.sources import SOURCES
from households.services.fact_rows import FACTS
from households.timeline import timeline
from poverty.fields.states import LABELS
from poverty.files.models import FileLink
from poverty.ledgers.outgoing.csv_file import harmless, kept
from poverty.review.models import Step

HOUSEHOLD_CASE, CHANGE_CASE = "households.household", "households.registerchange"
_STATUS_CASE = "households.household.status"
_WHOLE_STORY = 100_000
_STYLE = "css/card.css"
_YES_NO = {True: "是", False: "否", None: ""}


@dataclass(frozen=True)
class Part:
    """One part: its name inside the household's folder, and its content or the file that holds it.

    `path` of a file that is gone: `missing`, so that the list of parts says so.
    """

    name: str
    content: bytes = b""
    path: Path | None = None

    @property
    def missing(self) -> bool:
        """Whether the file it stood in is gone."""
        return self.path is not None and not self.path.exists()


def parts_of(card: Card, *, full: bool, actor) -> Iterator[Part]:
    """The parts of one household in their order; evidence only as far as `actor` may see files."""
    household = card.household
    yield Part(
        "户卡.html",
        render_to_string("households/archive/card_file.html", {"card": card, "full": full}).encode(),
    )
    yield Part("户卡.css", Path(finders.find(_STYLE)).read_bytes())
    yield Part("年度信息.csv", _table(("年度", "类别", "项目", "内容", "来源"), _facts(household)))
    yield Part(
        "成员年度信息.csv",
        _table(("年度", "姓名", "与户主关系", "项目", "内容", "来源"), _member_facts(household)),
    )
    yield Part("收入.csv", _table(("年度", "类别", "项目", "金额（元）", "备注"), _incomes(household)))
    labels = tuple(INDICATORS[code].label for code in INDICATOR_COLUMNS)
    yield Part(
        "判定.csv",
        _table(("年度", "结论", "核算人口", "人均纯收入（元）", *labels, "判定时间"), _verdicts(household)),
    )
    changes = list(RegisterChange.objects.touching([household.pk]).select_related("member").order_by("pk"))
    headings = (
        "发生日期",
        "事项",
        "变动",
        "成员",
        "办理人",
        "层级",
        "录入人",
        "录入时间",
        "意见",
        "文件",
        "补录原因",
    )
    yield Part("办理记录.csv", _table(headings, _decisions(household, changes)))
    headings = ("日期", "事项", "内容", "办理人", "录入时间", "补录")
    yield Part("时间线.csv", _table(headings, _story(household)))
    yield from _evidence(household, changes, actor)


def _table(headings: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(one) for one in headings])
    for row in rows:
        writer.writerow(
            [kept(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row]
        )
    return text.getvalue().encode("utf-8-sig")


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _facts(household) -> Iterator[tuple]:
    for survey in Survey.objects.filter(household=household).order_by("year"):
        source = SOURCES.label(survey.source)
        for title, facts in sections(survey):
            for fact in facts:
                yield survey.year, title, fact.label, fact.text or fact.note, fact.source or source


def _member_facts(household) -> Iterator[tuple]:
    memberships = list(Membership.objects.filter(household=household).select_related("member").order_by("pk"))
    rows = MemberSurvey.objects.filter(member__in=[one.member_id for one in memberships]).order_by(
        "year", "member"
    )
    whose = {one.member_id: one for one in memberships}
    fields = [field for field in MemberSurvey._meta.concrete_fields if field.name in FACTS[MemberSurvey]]
    for facts in rows:
        one = whose[facts.member_id]
        for field in fields:
            value = getattr(facts, field.name)
            if value in (None, ""):
                continue
            label = str(field.verbose_name)
            words = _words(facts, field, value)
            yield (
                facts.year,
                one.member.name,
                one.get_relation_display(),
                label,
                words,
                SOURCES.label(facts.source),
            )


def _words(facts: MemberSurvey, field, value) -> str | int | date:
    if field.name == "health_states":
        return HEALTH_STATES.labels(facts.health_state_keys)
    if field.choices:
        return str(getattr(facts, f"get_{field.name}_display")())
    return _YES_NO[value] if isinstance(value, bool) else value


def _incomes(household) -> Iterator[tuple]:
    for survey in Survey.objects.filter(household=household).order_by("year"):
        items = {one.item: one for one in IncomeItem.objects.filter(survey=survey)}
        for item in INCOME_ITEMS:
            if item.key in items:
                found = items[item.key]
                yield survey.year, INCOME_GROUPS.label(item.group), item.label, found.amount, found.note
        for group, name in GROUP_FIELDS.items():
            yield survey.year, INCOME_GROUPS.label(group), "合计", getattr(survey, name), ""


def _verdicts(household) -> Iterator[tuple]:
    for one in Assessment.objects.filter(household=household).order_by("year"):
        states = [LABELS.get(getattr(one, code), "") for code in INDICATOR_COLUMNS]
        at = _moment(one.judged_at)
        yield one.year, LABELS[one.verdict], one.members, one.net_income_per_head, *states, at


def _decisions(household, changes: list[RegisterChange]) -> Iterator[tuple]:
    known = {one.pk: one for one in changes}
    steps = Step.objects.filter(
        Q(case_type__in=(HOUSEHOLD_CASE, _STATUS_CASE), case_id=household.pk)
        | Q(case_type=CHANGE_CASE, case_id__in=known)
    ).select_related("recorded_by")
    for step in steps.order_by("happened_on", "pk"):
        change = known.get(step.case_id) if step.case_type == CHANGE_CASE else None
        yield (
            step.happened_on,
            step.transition_label,
            change.get_kind_display() if change else "",
            change.member.name if change and change.member else "",
            step.decided_by_name,
            step.get_level_display(),
            step.recorded_by.name,
            _moment(step.recorded_at),
            step.comment,
            step.document_name,
            step.late_reason,
        )


def _story(household) -> Iterator[tuple]:
    for event in timeline(household, size=_WHOLE_STORY).events:
        recorded = _moment(event.recorded_at) if event.recorded_at else ""
        yield event.at, event.title, event.text, event.who, recorded, "补录" if event.late else ""


def _evidence(household, changes: list[RegisterChange], actor) -> Iterator[Part]:
    links = FileLink.objects.visible_to(actor).filter(
        Q(case_type=HOUSEHOLD_CASE, case_id=household.pk)
        | Q(case_type=CHANGE_CASE, case_id__in=[one.pk for one in changes])
    )
    for number, link in enumerate(links.select_related("file").order_by("pk"), 1):
        yield Part(f"附件/{number:03d}_{link.role_label or '文件'}_{link.name}", path=link.file.path)
