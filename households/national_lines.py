"""Lines of 待录国网清单 in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from households.models import NationalGap
from households.services.national import FIELDS, label_of
from poverty.ledgers.incoming.lines import words


@dataclass(frozen=True)
class Line:
    """One difference as it is read and typed."""

    gap: NationalGap
    label: str
    ours: str
    theirs: str
    person: str

    @property
    def typed(self) -> bool:
        return self.gap.state == NationalGap.State.TYPED


def lines(gaps: Iterable[NationalGap]) -> list[Line]:
    """Gaps with household, its area and member fetched, in words."""
    return [
        Line(
            gap=one,
            label=label_of(one.field),
            ours=value_words(one.field, one.ours),
            theirs=value_words(one.field, one.theirs),
            person=one.member.name if one.member_id else "（户）",
        )
        for one in gaps
    ]


def value_words(field: str, value: str) -> str:
    """A stored value as people write it; "未填" for nothing."""
    known = FIELDS.get(field)
    return words(known[1].column if known else None, value)
