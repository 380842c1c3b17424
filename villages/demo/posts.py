"""Who stands in the villages of the demo county: the five posts of each, with one left empty, one team too small and
one term that has run out, so that the pages show it. Units and leaders are those of the county's own story; whoever
lives in a village is invented here. Set-based.
"""

from datetime import date
from itertools import count
from random import Random

from django.db import transaction

from households.demo.county_figures import COUNTY, SEED, VILLAGES
from households.demo.names import full_name
from poverty.accounts.models import Posting, Role, Unit, User
from poverty.areas.models import Area
from poverty.audit.services import record_rows
from poverty.fields.identity import parse_identity, resident_number
from poverty.fields.phone import parse_phone
from poverty.fields.pinyin import initials, sort_key
from villages.demo.people import people_of
from villages.models import Village, VillagePost
from villages.options.posts import POSTS
from villages.posts.services.templates import set_template

SINCE, SENT = date(2016, 3, 1), date(2017, 5, 8)
PLAN = "二道江区“五个一”帮扶工作方案（演示）"
LETTER = "关于选派第一书记和驻村工作队的通知（演示）"
WITHOUT_TECHNICIAN = "220503102200"
SMALL_TEAM = "220503100204"
ENDED_TERM = ("220503200200", date(2018, 5, 8))
FIRMS = ("通化长白山山珍有限公司（演示）", "二道江区蓝莓种植有限公司（演示）", "鸭园矿业有限公司（演示）")


@transaction.atomic
def tell_of_posts() -> str:
    """Put the county's leaders, units and people into its villages; twice does nothing."""
    if VillagePost.objects.exists():
        return "村级帮扶力量已在，没有再载入。"
    people = people_of(COUNTY)
    actor = people.second
    set_template(
        COUNTY,
        "poor",
        name="五个一",
        rows={"leader": 1, "unit": 1, "first_secretary": 1, "team": 1, "technician": 1},
        since=SINCE,
        document=PLAN,
        actor=actor,
    )
    villages = list(Village.objects.filter(area_id__in=VILLAGES).select_related("area").order_by("area_id"))
    units = list(Unit.objects.filter(area=COUNTY, kind="helping_unit").order_by("pk"))
    rows = [
        *_leaders(villages, actor),
        *_units(villages, units, actor),
        *_cadres(villages, people.officers, actor),
        *_firms(villages, actor),
        *_living_there(villages, units, actor),
    ]
    VillagePost.objects.bulk_create(rows)
    record_rows(
        "villages.post.fill",
        (
            {
                "obj": row,
                "changes": {row.post: [None, row.holder]},
                "summary": f"{POSTS.label(row.post)}：{row.holder}，{row.valid_from}起",
            }
            for row in rows
        ),
        actor=actor,
    )
    return f"村级帮扶力量 {len(rows)} 条，{len(villages)} 个村（一个村缺驻村农技员）"


def _row(village: Village, post: str, actor, *, since: date = SINCE, document: str = PLAN, **fields):
    return VillagePost(
        village=village, post=post, valid_from=since, document=document, recorded_by=actor, **fields
    )


def _leaders(villages: list[Village], actor):
    """The 26 leaders: the first of a village heads it, who comes after the last village joins in."""
    leaders = (
        Posting.objects.filter(role=Role.LEADER, area=COUNTY).select_related("user__unit").order_by("pk")
    )
    for number, posting in enumerate(leaders):
        village = villages[number % len(villages)]
        post = "leader" if number < len(villages) else "coleader"
        yield _row(village, post, actor, person=posting.user, unit=posting.user.unit, title="区级领导")


def _units(villages: list[Village], units: list[Unit], actor):
    """The 52 units, in the order in which their people help: the first of a village answers for it."""
    for number, unit in enumerate(units):
        village = villages[number % len(villages)]
        yield _row(village, "unit" if number < len(villages) else "partner", actor, unit=unit)


def _cadres(villages: list[Village], officers: dict, actor):
    """包村干部: the second officer of the township."""
    for village in villages:
        township = officers[village.area_id[:9]]
        yield _row(
            village, "village_cadre", actor, person=township[-1], unit=township[-1].unit, title="扶贫专干"
        )


def _firms(villages: list[Village], actor):
    """Three firms with a village each (万企帮万村)."""
    area = Area.objects.get(pk=COUNTY)
    firms = Unit.objects.bulk_create(Unit(name=name, kind="enterprise", area=area) for name in FIRMS)
    record_rows("accounts.unit.create", ({"obj": one, "summary": one.name} for one in firms), actor=actor)
    for village, firm in zip(villages, firms, strict=False):
        yield _row(
            village, "enterprise", actor, unit=firm, since=SENT, document="“万企帮万村”结对协议（演示）"
        )


def _living_there(villages: list[Village], units: list[Unit], actor):
    """First secretaries, two more of a team, and a technician of the bureau of agriculture: new people on record."""
    rng, numbers = Random(f"{SEED} posts"), count(1)
    agriculture = next(unit for unit in units if unit.name == "区农业局")
    rows, users = [], []
    for number, village in enumerate(villages):
        sent_by = units[number]
        wanted = [("first_secretary", sent_by), ("team_leader", sent_by), ("team_member", sent_by)]
        wanted += [] if village.area_id == SMALL_TEAM else [("team_member", units[number + len(villages)])]
        wanted += [] if village.area_id == WITHOUT_TECHNICIAN else [("technician", agriculture)]
        for post, unit in wanted:
            if post == "team_leader":  # 第一书记兼任队长
                user = users[-1]
            else:
                user = _person(rng, next(numbers), unit)
                users.append(user)
            ended = village.area_id == ENDED_TERM[0] and post == "first_secretary"
            rows.append(
                _row(
                    village,
                    post,
                    actor,
                    person=user,
                    unit=unit,
                    title="农艺师" if post == "technician" else "科员",
                    since=SINCE if post == "technician" or ended else SENT,
                    document=PLAN if post == "technician" else LETTER,
                    term_until=ENDED_TERM[1] if ended else None,
                )
            )
    User.objects.bulk_create(users)
    record_rows("accounts.user.create", ({"obj": one, "summary": one.name} for one in users), actor=actor)
    return rows


def _person(rng: Random, number: int, unit: Unit) -> User:
    """Somebody of a unit, on record without an account."""
    male = rng.random() < 0.7
    name = full_name(rng.randrange(100), rng.randrange(100), rng.randrange(100), male)
    born = date(rng.randint(1964, 1990), rng.randint(1, 12), rng.randint(1, 28))
    # A region of its own: no number of the county's households or helpers can be the same.
    identity = parse_identity(resident_number("220500", born, number * 2 + male))
    phone = parse_phone(f"1549{number:07d}")
    user = User(
        is_active=False,
        name=name,
        unit=unit,
        pinyin=sort_key(name),
        initials=initials(name),
        sex="male" if male else "female",
        identity=identity.number,
        identity_hash=identity.hash,
        identity_last4_hash=identity.last4_hash,
        identity_faults=list(identity.faults),
        phone=phone.number,
        phone_hash=phone.hash,
        political_status="party_member",
        education="bachelor",
        rank="section_member",
        position="农艺师" if unit.name == "区农业局" else "科员",
        is_resident_team=True,
    )
    user.set_unusable_password()
    return user
