"""What changed since a case was last frozen: shown to the next reviewer as 变化 (architecture 8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from households.exits.freezing import frozen
from households.indicators import INDICATORS
from households.models import ExitCase, MemberSurvey, Survey
from households.options.income_items import INCOME_ITEMS
from poverty.fields.states import LABELS
from poverty.review.models import FrozenCopy
from poverty.review.services.freezing import content_of


@dataclass(frozen=True)
class Changed:
    """One thing that reads differently now."""

    label: str
    before: str
    after: str


def changes_of(case: ExitCase) -> list[Changed]:
    """What differs today from the last frozen copy of this round; nothing where there is none."""
    copy = (
        FrozenCopy.objects.filter(
            step__case_type="households.exitcase", step__case_id=case.pk, step__round=case.round
        )
        .order_by("-pk")
        .first()
    )
    if copy is None:
        return []
    before, now = content_of(copy), frozen(ExitCase.objects.filter(pk=case.pk))[case.pk]
    return [
        *_differing(before["household"], now["household"], _HOUSEHOLD),
        *_results(before["result"], now["result"]),
        *_differing(before["facts"], now["facts"], _labels_of(Survey)),
        *_differing(
            before["income_items"], now["income_items"], {one.key: one.label for one in INCOME_ITEMS}
        ),
        *_people(before["members"], now["members"]),
    ]


_HOUSEHOLD = {
    "head": "户主",
    "size": "家庭人口数",
    "village": "村",
    "group": "村民小组",
    "main_cause": "主要致贫原因",
    "identified_on": "首次识别时间",
}


def _labels_of(model) -> dict[str, str]:
    return {field.name: str(field.verbose_name) for field in model._meta.concrete_fields}


def _differing(before: Mapping, now: Mapping, labels: Mapping[str, str], whose: str = "") -> list[Changed]:
    return [
        Changed(f"{whose}{labels[name]}", _shown(before.get(name)), _shown(now.get(name)))
        for name in labels
        if before.get(name) != now.get(name)
    ]


def _results(before: Mapping, now: Mapping) -> list[Changed]:
    old, new = before.get("states", {}), now.get("states", {})
    found = [
        Changed(one.label, _state(old.get(code)), _state(new.get(code)))
        for code, one in INDICATORS.items()
        if old.get(code) != new.get(code)
    ]
    if before.get("net_income_per_head") != now.get("net_income_per_head"):
        incomes = (before.get("net_income_per_head"), now.get("net_income_per_head"))
        found.append(Changed("人均纯收入（元）", *map(_shown, incomes)))
    return found


def _people(before: list[Mapping], now: list[Mapping]) -> list[Changed]:
    old, new = ({one["person"]: one for one in rows} for rows in (before, now))
    found = [Changed("成员", "", one["name"]) for key, one in new.items() if key not in old]
    found += [Changed("成员", one["name"], "") for key, one in old.items() if key not in new]
    labels = _labels_of(MemberSurvey)
    for key in old.keys() & new.keys():
        found += _differing(old[key]["facts"], new[key]["facts"], labels, f"{new[key]['name']} ")
    return found


def _state(value: int | None) -> str:
    return "不要求" if value is None else LABELS[value]


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
