"""村级帮扶力量 (procedures.md 9, forms.md 3.2): who stands in a village by name, in the order of 五个一.

`single`: only one may hold it in a village at a time. `by_unit`: a unit holds it, not a person. `group`: the place in
五个一 that it fills; "" beyond them. Wording of what no form prints is (from memory).
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options

LEADER, UNIT, SECRETARY, TEAM, TECHNICIAN = "leader", "unit", "first_secretary", "team", "technician"


@dataclass(frozen=True)
class Post(Option):
    """One kind of post of a village."""

    single: bool = False
    by_unit: bool = False
    group: str = ""
    lives_there: bool = False  # 驻村: full time in the village


POSTS = Options(
    "village_posts",
    [
        Post("leader", "联系县（市）级领导", {}, ("联系领导", "包村领导"), single=True, group=LEADER),
        Post("coleader", "参与联系领导", {}, ("共同联系领导",)),
        Post(
            "unit",
            "帮扶责任单位",
            {},
            ("帮扶单位", "包保单位", "定点帮扶单位"),
            single=True,
            by_unit=True,
            group=UNIT,
        ),
        Post("partner", "协同帮扶单位", {}, ("参与帮扶单位", "帮扶部门"), by_unit=True),
        Post(
            "first_secretary",
            "第一书记",
            {"national": "AAK032"},
            (),
            single=True,
            group=SECRETARY,
            lives_there=True,
        ),
        Post(
            "team_leader",
            "驻村工作队队长",
            {"national": "AAK031"},
            ("驻村工作组组长", "队长"),
            single=True,
            group=TEAM,
            lives_there=True,
        ),
        Post(
            "team_deputy",
            "驻村工作队副队长",
            {"national": "AAK666"},
            ("驻村工作组副组长", "副队长"),
            group=TEAM,
            lives_there=True,
        ),
        Post(
            "team_member",
            "驻村工作队队员",
            {},
            ("驻村工作组成员", "驻村队员", "队员"),
            group=TEAM,
            lives_there=True,
        ),
        Post("technician", "驻村农技员", {}, ("农技员", "科技特派员"), group=TECHNICIAN),
        Post("village_cadre", "包村干部", {"national": "AAK777"}, ("乡镇包村干部",)),
        Post("enterprise", "帮扶企业（万企帮万村）", {}, ("帮扶企业",), by_unit=True),
    ],
)
BY_UNIT = POSTS.keys_where(lambda post: post.by_unit)
SINGLE = POSTS.keys_where(lambda post: post.single)
IN_TEAM = POSTS.keys_where(lambda post: post.group == TEAM)
LIVING_THERE = POSTS.keys_where(lambda post: post.lives_there)

# 五个一: what is asked of a poor village where the county has said nothing else (seed-facts.md F1).
GROUPS = Options(
    "village_post_groups",
    [
        Option(LEADER, "联系县（市）级领导"),
        Option(UNIT, "帮扶责任单位"),
        Option(SECRETARY, "第一书记"),
        Option(TEAM, "驻村工作组（队）"),
        Option(TECHNICIAN, "驻村农技员"),
    ],
)
# What a template asks for: the team as a whole, everything else by its post.
ASKED = Options(
    "asked_village_posts",
    [
        *(Option(post.key, post.label) for post in POSTS if post.key not in IN_TEAM),
        Option(TEAM, "驻村工作组（队）"),
    ],
)


def posts_of(asked: str) -> tuple[str, ...]:
    """The posts that count for what a template asks: of a team all its people, else the post itself."""
    return IN_TEAM if asked == TEAM else (asked,)
