"""What stands on the tabs of a household's page. Each function reads what its tab shows, and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from households.ages import age_on
from households.benefits.tab import paid_words
from households.case_head import CaseHead, link
from households.explain import Explanation, Line, explain
from households.models import IncomeItem, Membership, MemberSurvey, Survey
from households.options.allowances import DESTITUTE_SUPPORTS, SUBSISTENCE_ALLOWANCES
from households.options.health_states import HEALTH_STATES
from households.options.income_items import BESIDE, EXPENSE, INCOME_GROUPS, INCOME_ITEMS
from households.readers import READERS
from households.relocation.tab import application_of, charges_of
from households.sales.rows import paid_in
from households.services.member_surveys import household_in
from households.services.surveys import GROUP_FIELDS
from households.students.tab import students_of
from poverty.fields.states import NOT_ASSESSED, UNKNOWN

# Where an indicator is filled in; what is not here is filled in the survey.
_OF_MEMBERS = ("education", "medical", "stable_income")
_OF_SETTLEMENT = ("water", "power", "broadcasting", "road")


@dataclass
class Gap:
    """An indicator that is not reached or not known: what to do about it, and where."""

    line: Line
    what: str
    url: str = ""
    action: str = ""


def verdict_tab(head: CaseHead) -> dict:
    """One line per indicator, and what to do about those that lack."""
    found = explain(head.household, head.year, sectors=head.own.sectors or ())
    lines = found.lines
    if not head.own.whole:
        return {"explained": found, "lines": lines, "gaps": []}
    stale = bool(found.assessment and found.verdict is not None and found.assessment.verdict != found.verdict)
    return {
        "explained": found,
        "lines": lines,
        "gaps": [_gap(head, found, line) for line in found.gaps],
        "stale": stale,
        "not_assessed": [line for line in lines if line.state == NOT_ASSESSED],
    }


def _gap(head: CaseHead, found: Explanation, line: Line) -> Gap:
    what = line.missing if line.state == UNKNOWN else f"{line.actual or '未填'}（要求：{line.required}）"
    gap = Gap(line, what)
    if line.code in _OF_SETTLEMENT and found.survey and found.survey.settlement_id and line.state == UNKNOWN:
        gap.action = f"{found.survey.settlement}的设施由村或乡镇登记一次，全组沿用"
    if not (head.is_open and head.year_open):
        return gap
    if line.code == "income" and head.can("income.edit"):
        gap.url, gap.action = link("income-edit", head.household.pk, head.year), "填写收入"
    elif line.code in _OF_MEMBERS and head.can("survey.edit"):
        gap.url, gap.action = "?tab=members", "到成员里填写"
    elif line.code not in _OF_SETTLEMENT and head.can("survey.edit"):
        gap.url, gap.action = link("survey-edit", head.household.pk, head.year), "填写"
    return gap


@dataclass
class Person:
    """A member as the tab shows him. `counted`: on the register at the period's end, so in the divisor."""

    membership: Membership
    facts: MemberSurvey | None
    counted: bool
    edit_url: str = ""
    age: int | None = None
    health: str = ""
    allowance: str = ""


def members_tab(head: CaseHead) -> dict:
    """Members now and those who left, with the facts of the year; birth dates for who may see numbers."""
    rows = list(head.household.memberships.select_related("member").order_by("valid_from", "pk"))
    facts = {
        one.member_id: one
        for one in MemberSurvey.objects.filter(member__in=[r.member_id for r in rows], year=head.year)
    }
    day = head.county_year.period_to if head.county_year else None
    people = [_person(head, row, facts.get(row.member_id), day) for row in rows]
    people.sort(
        key=lambda one: (one.membership.relation != "head", one.membership.member.birth_date or date.max)
    )
    present = [one for one in people if one.membership.valid_to is None]
    left = [one for one in people if one.membership.valid_to is not None]
    left.sort(key=lambda one: one.membership.valid_to, reverse=True)
    return {
        "people": present,
        "left": left,
        "counted": sum(one.counted for one in people) if day else None,
        "period_to": day,
        "shows_birth_dates": head.can("personal.reveal") or head.can("member.edit"),
        "may_reveal": head.can("personal.reveal"),
    }


def _person(head: CaseHead, row: Membership, facts: MemberSurvey | None, day: date | None) -> Person:
    counted = bool(day and row.valid_from <= day and (row.valid_to is None or row.valid_to > day))
    one = Person(row, facts, counted, age=age_on(row.member.birth_date, timezone.localdate()))
    if facts is not None:
        one.health = HEALTH_STATES.labels(facts.health_state_keys)
        one.allowance = _allowance(facts)
    if head.is_open and head.year_open and head.can("survey.edit"):
        here = counted or (row.valid_to is None and household_in(row.member, head.year) == head.household)
        one.edit_url = link("member-survey-edit", row.member_id, head.year) if here else ""
    return one


def _allowance(facts: MemberSurvey) -> str:
    words = []
    if facts.receives_dibao:
        words.append(SUBSISTENCE_ALLOWANCES.label(facts.dibao_kind) or "低保")
    if facts.receives_tekun:
        words.append(DESTITUTE_SUPPORTS.label(facts.tekun_kind) or "特困供养")
    return "、".join(words)


@dataclass
class Group:
    """One group of the income sheet: total and items, last year's beside them. None: not answered."""

    label: str
    key: str
    sign: int
    total: Decimal | None
    before: Decimal | None
    items: list[tuple] = field(default_factory=list)  # (option, amount, before, note)


def income_tab(head: CaseHead) -> dict:
    """The income sheet by group and item, last year's figures, and how net and per head come about; beside it what
    businesses paid by agreements, which is part of what was typed and never added.
    """
    surveys = {
        one.year: one
        for one in Survey.objects.filter(household=head.household, year__in=[head.year, head.year - 1])
    }
    survey, before = surveys.get(head.year), surveys.get(head.year - 1)
    amounts: dict[int, dict[str, IncomeItem]] = {head.year: {}, head.year - 1: {}}
    years = {one.pk: year for year, one in surveys.items()}
    for item in IncomeItem.objects.filter(survey__in=years):
        amounts[years[item.survey_id]][item.item] = item
    groups = [
        _group(one, survey, before, amounts[head.year], amounts[head.year - 1]) for one in INCOME_GROUPS
    ]
    _say_what_was_paid(groups, paid_words(head.household.pk, head.year))
    beside = next(one for one in groups if one.key == BESIDE)
    counted = [one for one in groups if one.key != BESIDE]
    net, net_before = _net(counted, "total"), _net(counted, "before")
    members = head.assessment.members if head.assessment else None
    per_head = head.assessment.net_income_per_head if head.assessment else None
    return {
        "survey": survey,
        "groups": counted,
        "beside": [(item, amount, old, note) for item, amount, old, note in beside.items],
        "net": net,
        "net_before": net_before,
        "unanswered": [one.label for one in counted if one.total is None],
        "divisor": members,
        "per_head": per_head,
        "bought": paid_in(head.household.pk, head.year) if head.can("benefit.view") else None,
        "edit_url": link("income-edit", head.household.pk, head.year)
        if head.is_open and head.year_open and head.can("income.edit")
        else "",
    }


def _group(group, survey, before, items, items_before) -> Group:
    name = GROUP_FIELDS.get(group.key)
    found = Group(
        group.label,
        group.key,
        -1 if group.key == EXPENSE else 1,
        getattr(survey, name) if survey is not None and name else None,
        getattr(before, name) if before is not None and name else None,
    )
    for option in INCOME_ITEMS:
        now, old = items.get(option.key), items_before.get(option.key)
        if option.group == group.key and (now or old):
            found.items.append(
                (option, now.amount if now else None, old.amount if old else None, now.note if now else "")
            )
    return found


def _say_what_was_paid(groups: list[Group], words: dict[str, str]) -> None:
    """其中政策发放 x 元 beside an item's own remark."""
    for group in groups:
        group.items = [
            (option, now, old, "；".join(filter(None, (note, words.get(option.key)))))
            for option, now, old, note in group.items
        ]


def _net(groups: list[Group], name: str) -> Decimal | None:
    values = [(one.sign, getattr(one, name)) for one in groups]
    if any(value is None for _, value in values):
        return None
    return sum((sign * value for sign, value in values), Decimal(0))


def pairing_tab(head: CaseHead) -> dict:
    """Who helped when, the present first; teachers of its students; its application to move, who answers for that."""
    rows = head.household.pairings.select_related("helper", "helper__unit").order_by("-valid_from", "order")
    return {
        "pairings": list(rows),
        "today": timezone.localdate(),
        "students": students_of(head),
        **charges_of(head),
        **application_of(head),
    }


def monitoring_tab(head: CaseHead) -> dict:
    """When and why the household was monitored; clues and the case on its way, for who works with them."""
    household = head.household
    sees = head.can("monitoring.view")
    return {
        "monitorings": list(household.monitorings.order_by("-identified_on")),
        "sees_monitoring": sees,
        "household_clues": list(household.clues.order_by("-received_on", "-pk")[:20])
        if head.can("clue.view")
        else [],
        "open_case": household.monitoring_cases.open().first() if sees else None,
        "may_report": head.is_open and head.can("clue.enter"),
    }


def changes_tab(head: CaseHead) -> dict:
    """Changes proposed for the household, or into it, with where they stand."""
    rows = head.household.changes.model.objects.touching([head.household.pk])
    rows = rows.select_related("member", "target", "household", "proposed_by").order_by("-pk")
    may_open = any(head.can(right) for right in READERS)
    return {"changes": [(row, link("change", row.pk) if may_open else "") for row in rows[:100]]}


def place_tab(head: CaseHead) -> dict:
    """Where the house stands; photos come with the gallery of files."""
    edit = link("position", head.household.pk) if head.is_open and head.can("photo.edit") else ""
    return {"position_url": edit}
