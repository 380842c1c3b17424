"""Who acts in the story of the villages: the accounts that the demo county has already."""

from dataclasses import dataclass, field

from poverty.accounts.models import Posting, Role, User
from poverty.sql.prefix import within


@dataclass
class People:
    """The county office's three, clerks by village, officers by township (two each), the education bureau's man."""

    reviewers: list[User] = field(default_factory=list)
    clerks: dict[str, User] = field(default_factory=dict)
    officers: dict[str, list[User]] = field(default_factory=dict)
    education: User | None = None

    @property
    def first(self) -> User:
        """The demo account xianban: checks for the county."""
        return self.reviewers[0]

    @property
    def second(self) -> User:
        """The demo account xianban2: enters the city's word, announces."""
        return self.reviewers[1]

    @property
    def third(self) -> User:
        """Enters the certificates that come on paper, and plans."""
        return self.reviewers[2]


def people_of(county: str) -> People:
    """Everybody with an active posting in the county, in the order in which they were put on record."""
    found = People()
    rows = (
        Posting.objects.filter(within("area_id", [county]), valid_to__isnull=True, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    for one in rows:
        if one.role == Role.COUNTY_REVIEWER:
            found.reviewers.append(one.user)
        elif one.role == Role.VILLAGE_CLERK:
            found.clerks[one.area_id] = one.user
        elif one.role == Role.TOWNSHIP_OFFICER:
            found.officers.setdefault(one.area_id, []).append(one.user)
        elif one.role == Role.BUREAU_OFFICER and one.sector == "education":
            found.education = one.user
    return found
