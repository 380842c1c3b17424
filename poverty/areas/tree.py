"""The tree as a page shows it: branches that are open or closed, never more than the person may see."""

from dataclasses import dataclass, field
from datetime import date

from poverty.areas.models import Area
from poverty.areas.querysets import AreaQuerySet, ancestors_of


@dataclass
class Branch:
    """An area in the tree. `children` are filled when it is open; `expandable` says whether there are any."""

    area: Area
    expandable: bool
    open: bool = False
    children: list["Branch"] = field(default_factory=list)


def roots(visible: AreaQuerySet, own: tuple[str, ...], opened: str, on: date) -> list[Branch]:
    """Return the own areas of a person as branches, open down to the code `opened`; two queries.

    `visible` is what the person may see, `own` the codes of the scope. A code outside opens nothing; with
    one own area and nothing asked for, that area is open.
    """
    root = next((code for code in own if opened.startswith(code)), own[0] if len(own) == 1 else None)
    path = [root] if root else []
    if root and opened.startswith(root):
        path += [code for code in (*ancestors_of(opened), opened) if len(code) > len(root)]
    areas = visible.in_force(on).with_children_flag(on)
    branches = {area.code: Branch(area, area.has_children) for area in areas.filter(code__in=own)}
    top = list(branches.values())
    if path:
        below = list(areas.filter(parent__in=path))
        branches |= {area.code: Branch(area, area.has_children) for area in below}
        for area in below:
            branches[area.parent_id].children.append(branches[area.code])
        for code in path:
            if code in branches and branches[code].expandable:
                branches[code].open = True
    return top


def branch(visible: AreaQuerySet, code: str, on: date, *, opened: bool) -> Branch | None:
    """Return one area as a branch, with its children when open; None: not visible or not in force."""
    areas = visible.in_force(on).with_children_flag(on)
    area = areas.filter(code=code).first()
    if area is None:
        return None
    found = Branch(area, area.has_children, open=opened and area.has_children)
    if found.open:
        found.children = [Branch(child, child.has_children) for child in areas.filter(parent=code)]
    return found
