"""Agreements between helpers and households of the demo county, most of them signed, and two trainings of cadres.

What is signed has a drawn sheet in place of its scan, one for a village: nobody could take it for a real signature.
"""

from datetime import date, timedelta
from io import BytesIO

from django.db import transaction
from django.db.models import F
from PIL import Image, ImageDraw

from households.demo.county_figures import COUNTY
from households.demo.staff import SECOND_REVIEWER
from households.helping.services.training import all_came, close_training, note_attendance, register_training
from households.models import CadreTraining, Pairing, Responsibility
from households.options.responsibility_kinds import AGREEMENT
from poverty.accounts.models import Role, User
from poverty.areas.models import Area
from poverty.audit.services import record_select
from poverty.files.kinds import Kind
from poverty.files.models import FileLink, StoredFile
from poverty.files.services import store
from poverty.sql.prefix import within

YEAR = 2018
ON = date(2018, 12, 31)  # who helps then signs for the year
SIGNED = date(2018, 3, 5)
TARGETS = (
    "当年人均纯收入稳定超过退出标准，不愁吃、不愁穿，义务教育、基本医疗、住房安全有保障；"
    "每月入户一次，落实产业或就业帮扶措施。"
)
# Every so-many-th household: not signed, signed by one side, without a paper.
_UNSIGNED_OF, _HALF_OF, _WITHOUT_OF = 19, 23, 29


@transaction.atomic
def tell_of_helping() -> str:
    """Register the agreements of 2018 and two trainings; twice does nothing."""
    if Responsibility.objects.exists() or CadreTraining.objects.exists():
        return "帮扶协议和干部培训已在，没有再载入。"
    actor = User.objects.get(username=SECOND_REVIEWER)
    papers = _agreements(actor)
    _trainings(actor)
    signed = sum(one.is_signed for one in papers)
    return f"{YEAR}年度结对帮扶协议 {len(papers)} 份，双方已签 {signed} 份；干部培训 {CadreTraining.objects.count()} 期"


def _agreements(actor) -> list[Responsibility]:
    pairings = (
        Pairing.objects.open_on(ON)
        .filter(within("household__area_id", [COUNTY]), household__state="registered", order=1)
        .exclude(household__kind="general_rural")
        .select_related("household", "helper")
        .order_by("household__area_id", "household_id")
    )
    papers, scans = [], {}
    for number, row in enumerate(pairings, 1):
        if number % _WITHOUT_OF == 0:
            continue
        household = row.household
        paper = Responsibility(
            kind=AGREEMENT,
            year=YEAR,
            area_id=household.area_id,
            household=household,
            person=row.helper,
            unit_id=row.helper.unit_id,
            other_side=f"{household.head_name}户",
            targets=TARGETS,
            period_from=date(YEAR, 1, 1),
            period_to=date(YEAR, 12, 31),
            number=f"二区结对〔{YEAR}〕{number:03d}号",
            recorded_by=actor,
        )
        if number % _UNSIGNED_OF:
            paper.signed_on = SIGNED + timedelta(days=number % 9)
            if number % _HALF_OF:
                if household.area_id not in scans:
                    scans[household.area_id] = sheet(actor, household.area_id, f"{YEAR} {household.area_id}")
                paper.other_signed_on, paper.scan = paper.signed_on, scans[household.area_id]
        papers.append(paper)
    return keep(papers, actor)


def keep(papers: list[Responsibility], actor) -> list[Responsibility]:
    """Store papers with the links of their scans, and log each."""
    Responsibility.objects.bulk_create(papers)
    FileLink.objects.bulk_create(
        FileLink(
            file=one.scan,
            name=one.scan.name,
            case_type="households.responsibility",
            case_id=one.pk,
            role="scan",
            linked_by=actor,
        )
        for one in papers
        if one.scan is not None
    )
    record_select(
        "households.responsibility.add",
        Responsibility.objects.filter(pk__in=[one.pk for one in papers]),
        actor=actor,
        case_type="households.responsibility",
        area_code=F("area_id"),
        summary="登记责任书（演示）",
    )
    return papers


def sheet(actor, area_code: str, title: str) -> StoredFile:
    """A drawn sheet in place of a scan; another title, another sheet."""
    image = Image.new("L", (420, 594), 250)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 400, 574), outline=120, width=2)
    draw.text((40, 40), f"DEMO SHEET {title}", fill=60)
    for line in range(90, 480, 26):
        draw.line((40, line, 380, line), fill=190)
    draw.text((40, 520), "DEMO: NO REAL SIGNATURE", fill=60)
    out = BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    out.name = f"sheet-{title.replace(' ', '-')}.png"
    return store(out, actor=actor, area_code=area_code, kind=Kind.SCAN)


def _trainings(actor) -> None:
    """One that is closed, and one whose attendance somebody still has to note."""
    county = Area.objects.get(pk=COUNTY)
    spring = register_training(
        county,
        topic="脱贫攻坚专题培训",
        held_from=date(2018, 3, 20),
        held_to=date(2018, 3, 21),
        place="区委党校（演示）",
        hours=12,
        organiser="区扶贫开发办公室",
        teacher="市委党校讲师（演示）",
        roles=(Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.BUREAU_OFFICER),
        content="精准帮扶、动态管理、村级台账。",
        document="二道江区扶贫干部培训计划（演示）",
        actor=actor,
    )
    absent = list(spring.attendances.order_by("pk")[:2])
    note_attendance(
        spring, {one.pk: False for one in absent}, {one.pk: "病假" for one in absent}, actor=actor
    )
    all_came(spring, actor=actor)
    close_training(spring, actor=actor)
    register_training(
        county,
        topic="退出验收考核工作培训",
        held_from=date(2018, 9, 12),
        held_to=date(2018, 9, 12),
        place="区政府三楼会议室（演示）",
        hours=6,
        organiser="区扶贫开发办公室",
        roles=(Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER),
        content="退出标准、验收表填写、公示公告。",
        document="二道江区扶贫干部培训计划（演示）",
        actor=actor,
    )
