"""Renaming, merging, moving and abolishing places, with everything that bears their codes, at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.areas import bearers
from poverty.areas.models import Area, AreaChange, AreaName, Level
from poverty.areas.querysets import ancestors_of
from poverty.audit.services import record, record_rows
from poverty.fields.pinyin import place_initials
from poverty.sql.locks import hold


@dataclass(frozen=True)
class ChangeResult:
    """What a change did: pairs of codes (new is "" when abolished) and moved rows by label."""

    pairs: dict[str, str]
    created: tuple[str, ...]
    moved: dict[str, int]


@transaction.atomic
def rename(code: str, *, actor, name: str, on: date, document: str) -> Area:
    """Give a place a new name from the day `on`; the old one is kept with its dates. Returns the area.

    Raises ValidationError: unknown or abolished place, same name, no document, a day in the future or not
    after the latest change of its name.
    """
    hold("areas.tree")
    area = _in_force(code, "code")
    name = name.strip()
    _check_day(on)
    if not name or name == area.name:
        raise ValidationError({"name": "请填写与现名不同的新名称。"})
    _check_document(document)
    since = area.names.order_by("-valid_to").values_list("valid_to", flat=True).first() or area.valid_from
    if since and on <= since:
        raise ValidationError({"on": f"现名自 {since} 起使用，更名日期须晚于该日。"})
    AreaName.objects.create(area=area, name=area.name, valid_from=since, valid_to=on, document=document)
    record("area.rename", area, actor=actor, changes={"name": [area.name, name]}, summary=document)
    area.name, area.pinyin = name, place_initials(name)
    area.full_clean(validate_unique=False, validate_constraints=False)
    area.save(update_fields=["name", "pinyin"])
    return area


@transaction.atomic
def change_area(
    kind: str,
    old: str,
    new: str = "",
    *,
    actor,
    on: date,
    document: str,
    name: str = "",
    below: Iterable[tuple[str, str, str]] = (),
) -> ChangeResult:
    """Merge `old` into `new`, move it to the new code `new`, or abolish it; return what was changed.

    merge: `new` is in force and of the same level. move: `new` was never used; the place keeps its name, or
    gets `name`. abolish: nothing may bear the code any more. `below` gives the fate of every place in force
    under `old`: (old code, new code, new name or ""); a new code that is in force means a merge, one that
    was never used a new place. Everything registered in poverty.areas.bearers goes along. The old codes end
    on the day `on` and are never given away again.

    Raises ValidationError that names the field (old, new, on, document, below) and the codes; nothing is
    then done.
    """
    hold("areas.tree")
    if kind not in AreaChange.Kind.values:
        raise ValidationError({"kind": f"变更类型应为 {'、'.join(AreaChange.Kind.values)} 之一。"})
    if Area.objects.filter(code=old, valid_to__isnull=True).exists():
        bearers.lock(old)
    area = _in_force(old, "old")
    bearers.lock(old)  # who came while we waited for the place
    _check_day(on)
    _check_document(document)
    if area.valid_from and on <= area.valid_from:
        raise ValidationError({"on": f"{area.name}（{old}）自 {area.valid_from} 设立，变更日期须晚于该日。"})
    if kind == AreaChange.Kind.ABOLISH:
        return _abolish(area, on, document, actor)
    targets = _targets(kind, area, new, name, list(below))
    created = _create(targets, on)
    pairs = {source.code: code for source, code, _ in targets}
    moved = {
        bearer.label: count
        for bearer in bearers.registered()
        if (count := bearer.move(pairs, on=on, document=document, actor=actor))
    }
    _close([source for source, _, _ in targets], pairs, kind, on, document, actor)
    return ChangeResult(pairs, tuple(created), moved)


def _check_day(on: date) -> None:
    if on > timezone.localdate():
        raise ValidationError({"on": "变更日期不能晚于今天。"})


def _check_document(document: str) -> None:
    if not document.strip():
        raise ValidationError({"document": "请填写依据文件（文号）。"})


def _in_force(code: str, field: str) -> Area:
    area = Area.objects.select_for_update(no_key=True).filter(code=code).first()
    if area is None:
        raise ValidationError({field: f"没有代码为 {code} 的区划。"})
    if area.valid_to:
        raise ValidationError({field: f"{area.name}（{code}）已于 {area.valid_to} 撤销。"})
    return area


def _children(area: Area) -> list[Area]:
    return list(
        Area.objects.select_for_update(no_key=True)
        .under(area.code)
        .filter(valid_to__isnull=True)
        .exclude(code=area.code)
    )


def _abolish(area: Area, on: date, document: str, actor) -> ChangeResult:
    below = _children(area)
    if below:
        raise ValidationError(
            {"below": f"{area.name} 下还有 {len(below)} 个在用区划（{_list(below)}），请先合并或撤销。"}
        )
    left = {bearer.label: count for bearer in bearers.registered() if (count := bearer.count([area.code]))}
    if left:
        words = "、".join(f"{label} {count} 条" for label, count in left.items())
        raise ValidationError({"old": f"{area.name}（{area.code}）下还有 {words}，请先转出，或改用合并。"})
    _close([area], {}, AreaChange.Kind.ABOLISH, on, document, actor)
    return ChangeResult({area.code: ""}, (), {})


def _targets(kind: str, area: Area, new: str, name: str, below: list) -> list[tuple[Area, str, str]]:
    """Return (old area, new code, new name) for the area and all below it, checked; from the top down."""
    children = _children(area)
    given = {old: (code, title.strip()) for old, code, title in below}
    if len(given) != len(below):
        raise ValidationError({"below": "对照表中有重复的原代码。"})
    without = [child for child in children if child.code not in given]
    if without:
        raise ValidationError({"below": f"对照表缺少 {len(without)} 个下级区划的新代码：{_list(without)}。"})
    unknown = sorted(given.keys() - {child.code for child in children})
    if unknown:
        raise ValidationError(
            {"below": f"对照表中的 {'、'.join(unknown[:10])} 不是 {area.name} 下的在用区划。"}
        )
    known = {
        found.code: found for found in Area.objects.filter(code__in=[new, *(c for c, _ in given.values())])
    }
    targets = [(area, new, name.strip())] + [(child, *given[child.code]) for child in children]
    _check_head(kind, area, new, known)
    for child, code, _ in targets[1:]:
        if not code.startswith(new):
            raise ValidationError({"below": f"{child.name} 的新代码 {code} 不以 {new} 开头。"})
    for source, code, _ in targets:
        _check_code(source, code, known, "new" if source is area else "below")
    return targets


def _check_head(kind: str, area: Area, new: str, known: Mapping[str, Area]) -> None:
    if new.startswith(area.code):
        raise ValidationError({"new": f"新代码 {new} 不能是原代码 {area.code} 本身或其下级。"})
    if kind == AreaChange.Kind.MERGE and new not in known:
        raise ValidationError({"new": f"没有代码为 {new} 的区划，合并须并入已有区划。"})
    if kind == AreaChange.Kind.MOVE and new in known:
        raise ValidationError(
            {"new": f"代码 {new} 已属于“{known[new].name}”，用过的代码不能再用；并入请用合并。"}
        )


def _check_code(source: Area, code: str, known: Mapping[str, Area], field: str) -> None:
    if not (code.isascii() and code.isdigit() and len(code) == source.level):
        level = Level(source.level)
        raise ValidationError(
            {field: f"{source.name} 的新代码“{code}”应为 {source.level} 位数字（{level.label}级）。"}
        )
    if code in known and known[code].valid_to:
        raise ValidationError(
            {field: f"代码 {code} 曾属于“{known[code].name}”，已撤销，用过的代码不能再用。"}
        )


def _create(targets: list[tuple[Area, str, str]], on: date) -> list[str]:
    """Create the places whose codes are new, top down; of several that become one the first names it."""
    created = []
    existing = set(
        Area.objects.filter(code__in=[code for _, code, _ in targets]).values_list("code", flat=True)
    )
    for source, code, name in sorted(targets, key=lambda target: len(target[1])):
        if code in existing:
            continue
        parent = _parent_of(code)
        Area.objects.create(
            code=code,
            name=name or source.name,
            level=source.level,
            parent=parent,
            pinyin=place_initials(name or source.name),
            valid_from=on,
        )
        existing.add(code)
        created.append(code)
    return created


def _parent_of(code: str) -> Area:
    parent = (
        Area.objects.filter(code__in=ancestors_of(code), valid_to__isnull=True).order_by("-level").first()
    )
    if parent is None:
        raise ValidationError({"new": f"代码 {code} 的上级不存在或已撤销。"})
    return parent


def _close(areas: list[Area], pairs: Mapping[str, str], kind: str, on: date, document: str, actor) -> None:
    AreaChange.objects.bulk_create(
        AreaChange(kind=kind, old=area, new_id=pairs.get(area.code), on=on, document=document)
        for area in areas
    )
    Area.objects.filter(code__in=[area.code for area in areas]).update(valid_to=on)
    record_rows(
        "area.change",
        (
            {
                "obj": area,
                "changes": {"code": [area.code, pairs.get(area.code)], "valid_to": [None, on]},
                "summary": f"{AreaChange.Kind(kind).label}：{document}",
            }
            for area in areas
        ),
        actor=actor,
    )


def _list(areas: list[Area]) -> str:
    shown = "、".join(f"{area.code} {area.name}" for area in areas[:10])
    return f"{shown} 等" if len(areas) > 10 else shown
