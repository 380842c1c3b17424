"""The areas a person works in: what the top bar offers. Never a right, only a way to get there."""

from django.utils import timezone

from poverty.accounts.scope import scope_of
from poverty.areas.models import Area
from poverty.web.chosen import AreaChoice


def area_home(user) -> tuple[str, str]:
    """Code and name of the person's own area: the widest of today's postings; ("", "") without one."""
    codes = scope_of(user, "area.view").areas
    if not codes:
        return "", ""
    area = Area.objects.get(pk=min(codes, key=lambda code: (len(code), code)))
    return area.code, area.name


def area_choices(user, code: str) -> list[AreaChoice]:
    """The person's own areas; under the one that holds `code` the way down to it and what lies right below.

    `code` outside the scope (or "") opens nothing. Depth 0 is an own area.
    """
    own = scope_of(user, "area.view").areas
    root = next((area for area in own if code.startswith(area)), None)
    opened = []
    if root is not None:
        opened = [code[:n] for n in (2, 4, 6, 9, 12) if len(root) <= n <= len(code)]
    wanted = Area.objects.in_force(timezone.localdate())
    named = {area.code: area for area in wanted.filter(pk__in={*own, *opened})}
    below = list(wanted.filter(parent__in=opened[-1:]).order_by("code")) if opened else []
    choices = []
    for area in own:
        if area not in named:
            continue
        choices.append(AreaChoice(area, named[area].name, 0))
        if area == root:
            way = [step for step in opened[1:] if step in named]
            choices += [AreaChoice(step, named[step].name, depth) for depth, step in enumerate(way, 1)]
            choices += [AreaChoice(child.code, child.name, len(way) + 1) for child in below]
    return choices
