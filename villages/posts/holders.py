"""Who stands in the villages of an area, each person and unit once: the figures and the lists behind them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from poverty.accounts.models import Unit
from villages.models import Village
from villages.options.posts import IN_TEAM
from villages.posts.standing import Standing

# Posts that are counted together, by the key under which their list is asked for.
COUNTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "leaders": ("联系领导", ("leader", "coleader")),
    "units": ("帮扶单位", ("unit", "partner")),
    "secretaries": ("第一书记", ("first_secretary",)),
    "teams": ("驻村工作队", tuple(IN_TEAM)),
    "technicians": ("农技员", ("technician",)),
    "cadres": ("包村干部", ("village_cadre",)),
    "enterprises": ("帮扶企业", ("enterprise",)),
}


@dataclass
class Holder:
    """A person or a unit (`person` None) with the villages where it stands, in their order, and the posts held there."""

    key: int
    name: str
    person: int | None
    unit: Unit | None
    posts: list[str] = field(default_factory=list)
    villages: list[Village] = field(default_factory=list)


def holders(found: Iterable[Standing], which: str) -> list[Holder]:
    """Who holds posts of one of COUNTED in these villages, by name."""
    wanted = COUNTED[which][1]
    known: dict[int, Holder] = {}
    for row in found:
        for one in (one for slot in row.slots for one in slot.rows if one.post in wanted):
            key = one.person_id or one.unit_id
            holder = known.setdefault(key, Holder(key, one.holder, one.person_id, one.unit))
            if one.get_post_display() not in holder.posts:
                holder.posts.append(one.get_post_display())
            if row.village not in holder.villages:
                holder.villages.append(row.village)
    return sorted(known.values(), key=lambda one: (one.name, one.key))
