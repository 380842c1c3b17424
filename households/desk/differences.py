"""What changed in a household since its appraisal: the frozen copy of that step beside what a copy of today would say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.exits.freezing import frozen
from households.models import ExitCase, MemberSurvey, Survey
from households.options.income_items import INCOME_ITEMS
from households.options.relations import RELATIONS
from poverty.review.models import FrozenCopy
from poverty.review.services.freezing import content_of

NOT_SAID = "未填"
_HOUSEHOLD = {"head": "户主", "size": "家庭人口", "village": "村", "group": "自然村/村民小组"}
_OF_SURVEY = {"visited_on": "走访日期"}


@dataclass(frozen=True)
class Difference:
    """One fact that is no longer what was appraised. `whose`: the member it is about; "" the household."""

    label: str
    before: str
    after: str
    whose: str = ""


def appraised_copy(case: ExitCase) -> FrozenCopy | None:
    """The frozen copy of the appraisal of the present round; None: there is none (taken over from before)."""
    copies = FrozenCopy.objects.filter(
        step__case_type="households.exitcase",
        step__case_id=case.pk,
        step__round=case.round,
        step__transition="appraise",
    )
    return copies.select_related("step").order_by("-step").first()


def since(content: Mapping[str, Any], case: ExitCase) -> list[Difference]:
    """What differs between a frozen content and the household now, in words."""
    now = frozen(ExitCase.objects.filter(pk=case.pk))[case.pk]
    return [
        *_of(content["household"], now["household"], _HOUSEHOLD),
        *_facts(Survey, content["facts"], now["facts"]),
        *_items(content["income_items"], now["income_items"]),
        *_members(content["members"], now["members"]),
    ]


def content_since(copy: FrozenCopy | None) -> dict[str, Any]:
    """What a copy says; {} without one."""
    return content_of(copy) if copy else {}


def _of(before: Mapping, after: Mapping, labels: Mapping[str, str]) -> Iterator[Difference]:
    for name, label in labels.items():
        if before.get(name) != after.get(name):
            yield Difference(label, _said(before.get(name)), _said(after.get(name)))


def _facts(model, before: Mapping, after: Mapping, whose: str = "") -> Iterator[Difference]:
    for name in sorted(set(before) | set(after)):
        if name == "sources" or before.get(name) == after.get(name):
            continue
        if name in _OF_SURVEY:
            label, choices = _OF_SURVEY[name], {}
        else:
            field = model._meta.get_field(name)
            label, choices = str(field.verbose_name), dict(field.flatchoices)
        yield Difference(label, _said(before.get(name), choices), _said(after.get(name), choices), whose)


def _items(before: Mapping, after: Mapping) -> Iterator[Difference]:
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name):
            yield Difference(
                f"收入项目：{INCOME_ITEMS.label(name)}", _said(before.get(name)), _said(after.get(name))
            )


def _members(before: list[Mapping], after: list[Mapping]) -> Iterator[Difference]:
    then, now = ({one["person"]: one for one in people} for people in (before, after))
    for person in [*then, *(one for one in now if one not in then)]:
        old, new = then.get(person), now.get(person)
        if new is None:
            yield Difference("家庭成员", RELATIONS.label(old["relation"]), "不再核算", old["name"])
        elif old is None:
            yield Difference("家庭成员", "不在核算人口", RELATIONS.label(new["relation"]), new["name"])
        else:
            if old["relation"] != new["relation"]:
                labels = (RELATIONS.label(one["relation"]) for one in (old, new))
                yield Difference("与户主关系", *labels, new["name"])
            yield from _facts(MemberSurvey, old["facts"], new["facts"], new["name"])


def _said(value: Any, choices: Mapping | None = None) -> str:
    if value is None or value == "":
        return NOT_SAID
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_said(one, choices) for one in value) or NOT_SAID
    if isinstance(value, date):
        return value.isoformat()
    return str((choices or {}).get(value, value))
