"""The people who work in the demo county: 52 units, 235 helpers, 26 leaders and the offices, all invented.

Ten of them can sign in (poverty.accounts.demo) and one more county reviewer, so that a standard which the first one
drafts finds somebody to publish it. The rest are on record; who must act in the story has an account without a
password.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count, cycle
from random import Random

from households.demo import staff_units
from households.demo.county_figures import COUNTY, SEED
from households.demo.people_of_the_county import Census, Home
from households.options.exit_options import EXIT_BUREAUS
from poverty.accounts.demo import PASSWORD, USERNAMES
from poverty.accounts.models import Posting, Role, Unit, User
from poverty.accounts.services.postings import add_posting
from poverty.accounts.services.units import create_unit
from poverty.accounts.services.users import create_user
from poverty.areas.models import Area
from poverty.audit.services import record_rows
from poverty.fields.identity import parse_identity
from poverty.fields.phone import parse_phone
from poverty.fields.pinyin import initials, sort_key

DEMO_VILLAGE = "220503101203"  # where helper, clerk and (its township) officer of the demo accounts work
DEMO_HELPER_HOMES = 6
SECOND_HELPERS = 7
FORMER_HELPERS = 4
LEADERS = 26
SECOND_REVIEWER = "xianban2"
LIST_OF_HELPERS = "二道江区包保帮扶责任人名单（演示）"
SINCE = date(2016, 3, 1)
HANDED_OVER = date(2017, 3, 1)
RANKS = {Role.LEADER: "county_deputy", Role.VILLAGE_CLERK: "unranked"}


@dataclass
class Staff:
    """Who is there, by what he does."""

    administrator: User
    reviewers: list[User] = field(default_factory=list)  # the demo account first, its second person next
    officers: dict[str, list[User]] = field(default_factory=dict)  # by township
    clerks: dict[str, User] = field(default_factory=dict)  # by village
    helpers: dict[str, list[User]] = field(default_factory=dict)  # by village; the demo account first
    former_helpers: dict[str, User] = field(default_factory=dict)  # by village; moved away in 2017


class _Office:
    """Puts people on record, in the name of the administrator."""

    def __init__(self, census: Census):
        self.census = census
        self.rng = Random(f"{SEED} staff")
        self.areas = {area.code: area for area in Area.objects.under(COUNTY)}
        self.numbers = count(1)
        self.administrator: User | None = None  # None: the system, until there is one
        self.users: list[User] = []
        self.postings: list[Posting] = []

    def unit(self, name: str, kind: str, *, area: str = COUNTY, sector: str = "") -> Unit:
        return create_unit(
            actor=self.administrator,
            name=name,
            area=self.areas[area],
            kind=kind,
            sector=sector,
            affiliation="county_district" if area == COUNTY else "township",
            address=f"{self.areas[area].name}（演示）",
        )

    def person(
        self,
        role: str,
        area: str,
        unit: Unit,
        *,
        username: str,
        can_sign_in: bool = False,
        title: str = "",
        sector: str = "",
        document: str = "",
    ) -> User:
        """A person with an account and one posting. Without `can_sign_in` it has no password: he acts in the story only."""
        profile = self._profile(role, title)
        user = create_user(
            actor=self.administrator,
            unit=unit,
            username=username,
            password=PASSWORD if can_sign_in else None,
            must_change_password=False,
            **profile,
        )
        add_posting(
            user,
            actor=self.administrator,
            role=role,
            area=self.areas[area],
            unit=unit,
            sector=sector,
            title=title,
            valid_from=SINCE,
            document=document,
        )
        user.forget_rights()
        return user

    def on_record(
        self,
        role: str,
        area: str,
        unit: Unit,
        *,
        title: str,
        sector: str = "",
        document: str = "",
        until: date | None = None,
    ) -> User:
        """A person without an account, with one posting; stored with all others by `store`."""
        profile = self._profile(role, title)
        identity, phone = parse_identity(profile.pop("identity")), parse_phone(profile.pop("phone"))
        user = User(
            is_active=False,
            unit=unit,
            pinyin=sort_key(profile["name"]),
            initials=initials(profile["name"]),
            identity=identity.number,
            identity_hash=identity.hash,
            identity_last4_hash=identity.last4_hash,
            identity_faults=list(identity.faults),
            phone=phone.number,
            phone_hash=phone.hash,
            **profile,
        )
        user.set_unusable_password()
        self.users.append(user)
        self.postings.append(
            Posting(
                user=user,
                role=role,
                area=self.areas[area],
                unit=unit,
                sector=sector,
                title=title,
                valid_from=SINCE,
                valid_to=until,
                document=document,
            )
        )
        return user

    def store(self) -> None:
        """Store who is on record only, together, and log each."""
        User.objects.bulk_create(self.users)
        Posting.objects.bulk_create(self.postings)
        record_rows(
            "accounts.user.create",
            [{"obj": user, "summary": user.name} for user in self.users],
            actor=self.administrator,
        )
        record_rows(
            "accounts.posting.add",
            [
                {
                    "obj": posting,
                    "summary": f"{posting.user.name}：{posting.area.name} {posting.get_role_display()}",
                    "changes": {"role": [None, posting.role], "area": [None, posting.area_id]},
                }
                for posting in self.postings
            ],
            actor=self.administrator,
        )

    def _profile(self, role: str, title: str) -> dict:
        rng = self.rng
        male = rng.random() < 0.64
        one = self.census.person(self.census.surname(), rng.randint(26, 57), male, "", "adult", "han")
        skilled = role == Role.HELPER and rng.random() < 0.3
        return {
            "name": one.name,
            "identity": one.identity,
            "phone": f"154{next(self.numbers):08d}",  # a prefix that no operator has been given
            "sex": "male" if male else "female",
            "political_status": "party_member" if rng.random() < 0.7 else "masses",
            "education": rng.choice(("bachelor", "bachelor", "junior_college", "high_school")),
            "rank": RANKS.get(role, "section_member"),
            "position": title,
            "skills": [rng.choice(("planting", "breeding", "forest_fruit", "service"))] if skilled else [],
            "is_resident_team": False if role == Role.HELPER else None,
        }


def make_staff(census: Census, homes: list[Home]) -> Staff:
    """Put units and people on record. Needs the county's areas; returns who is there."""
    office = _Office(census)
    centre = office.unit(staff_units.INFORMATION_OFFICE, "other")
    administrator = office.person(
        Role.ADMINISTRATOR, COUNTY, centre, username=USERNAMES[Role.ADMINISTRATOR], can_sign_in=True
    )
    staff = Staff(administrator)
    # Another one: nobody gives himself a posting or a password.
    deputy = office.person(Role.ADMINISTRATOR, COUNTY, centre, username="guanli2")
    office.administrator = deputy
    _county_offices(office, staff)
    _townships(office, staff)
    _helpers(office, staff, homes)
    office.store()
    return staff


def _county_offices(office: _Office, staff: Staff) -> None:
    poverty = office.unit(staff_units.POVERTY_OFFICE, "poverty_office")
    for number, (username, title) in enumerate(
        (
            (USERNAMES[Role.COUNTY_REVIEWER], "扶贫办副主任"),
            (SECOND_REVIEWER, "扶贫办业务科科长"),
            ("xianban3", "扶贫办信息科科员"),
        )
    ):
        staff.reviewers.append(
            office.person(
                Role.COUNTY_REVIEWER, COUNTY, poverty, username=username, can_sign_in=number < 2, title=title
            )
        )
    for name, sector in staff_units.BUREAUS:
        unit = office.unit(name, "sector_bureau", sector=sector)
        if sector == "education":
            office.person(
                Role.BUREAU_OFFICER,
                COUNTY,
                unit,
                username=USERNAMES[Role.BUREAU_OFFICER],
                can_sign_in=True,
                sector=sector,
                title="扶贫联络员",
            )
        elif sector in EXIT_BUREAUS:  # these say something of every exit
            office.person(
                Role.BUREAU_OFFICER,
                COUNTY,
                unit,
                username=f"hangye_{sector}",
                sector=sector,
                title="扶贫联络员",
            )
        else:
            office.on_record(Role.BUREAU_OFFICER, COUNTY, unit, sector=sector, title="扶贫联络员")
    for role, name, kind in (
        (Role.FINANCE_OFFICER, staff_units.FINANCE_OFFICE, "finance_office"),
        (Role.INSPECTOR, staff_units.INSPECTION_OFFICE, "discipline_office"),
        (Role.AUDITOR, staff_units.AUDIT_OFFICE, "audit_office"),
    ):
        unit = office.unit(name, kind)
        office.person(role, COUNTY, unit, username=USERNAMES[role], can_sign_in=True)
        office.on_record(role, COUNTY, unit, title="科员")
    government = office.unit(staff_units.GOVERNMENT, "other")
    villages = cycle(code for code in office.areas if len(code) == 12 and code[9] != "0")
    for number in range(LEADERS):
        title = f"区级领导，联系{office.areas[next(villages)].name}"
        if number:
            office.on_record(Role.LEADER, COUNTY, government, title=title)
        else:
            office.person(
                Role.LEADER,
                COUNTY,
                government,
                username=USERNAMES[Role.LEADER],
                can_sign_in=True,
                title=title,
            )


def _townships(office: _Office, staff: Staff) -> None:
    numbers = count(2)
    for code, name in staff_units.TOWNSHIPS:
        unit = office.unit(name, "township_government", area=code)
        demo = DEMO_VILLAGE.startswith(code)
        staff.officers[code] = [
            office.person(
                Role.TOWNSHIP_OFFICER,
                code,
                unit,
                username=USERNAMES[Role.TOWNSHIP_OFFICER] if first and demo else f"xiangzhen{next(numbers)}",
                can_sign_in=first and demo,
                title="扶贫专干",
            )
            for first in (True, False)
        ]
        villages = (village for village in office.areas if village.startswith(code) and len(village) == 12)
        for village in villages:
            if village[9] == "0":  # a neighbourhood (社区): no households of the register
                continue
            demo = village == DEMO_VILLAGE
            staff.clerks[village] = office.person(
                Role.VILLAGE_CLERK,
                village,
                unit,
                username=USERNAMES[Role.VILLAGE_CLERK] if demo else f"cunji{next(numbers)}",
                can_sign_in=demo,
                title="村级信息员",
            )


def helpers_needed(homes: list[Home]) -> dict[str, int]:
    """How many helpers each village has: one a household, six at the demo account; seven villages have one more."""
    needed: dict[str, int] = {}
    for home in homes:
        needed[home.village] = needed.get(home.village, 0) + 1
    needed[DEMO_VILLAGE] -= DEMO_HELPER_HOMES - 1
    for village in [code for code in needed if code != DEMO_VILLAGE][:SECOND_HELPERS]:
        needed[village] += 1
    return needed


def _helpers(office: _Office, staff: Staff, homes: list[Home]) -> None:
    units = [office.unit(name, "helping_unit") for name in staff_units.HELPING_UNITS]
    needed = helpers_needed(homes)
    for number, (village, wanted) in enumerate(needed.items()):
        own: Iterator[Unit] = cycle(units[number :: len(needed)])
        helpers = staff.helpers.setdefault(village, [])
        if village == DEMO_VILLAGE:
            demo = office.person(
                Role.HELPER,
                village,
                next(own),
                username=USERNAMES[Role.HELPER],
                can_sign_in=True,
                title="帮扶责任人",
                document=LIST_OF_HELPERS,
            )
            helpers.append(demo)
        while len(helpers) < wanted:
            helpers.append(
                office.on_record(
                    Role.HELPER, village, next(own), title="帮扶责任人", document=LIST_OF_HELPERS
                )
            )
    for village, unit in list(zip(needed, units, strict=False))[:FORMER_HELPERS]:
        staff.former_helpers[village] = office.on_record(
            Role.HELPER,
            village,
            unit,
            title="帮扶责任人（已调离）",
            document=LIST_OF_HELPERS,
            until=HANDED_OVER,
        )
