"""师生结对 of the demo county: five schools, a teacher for nearly each of its students, what was done, all invented.

The schools bear the names that stand in the facts of the year; the 62 students of 2017 are the published figure.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from households.demo.county_figures import COUNTY
from households.demo.names import full_name
from households.demo.staff import SECOND_REVIEWER
from households.models import School, SchoolHead, Teacher, TeacherAct, TeacherPairing
from households.options.teacher_options import CLASS_TEACHER, HEADMASTER, TEACHER
from households.students.rows import students
from households.students.services.schools import register_school
from poverty.accounts.models import User
from poverty.areas.models import Area
from poverty.audit.services import record_select

YEAR = 2018
SINCE, CHANGED, FINISHED = date(2017, 9, 11), date(2018, 3, 5), date(2018, 7, 2)
DOCUMENT = "二道江区建档立卡学生一对一帮扶名单（演示）"
# Every so-many-th student: without a teacher, with another one since the spring; of who finished, not ended yet.
_WITHOUT_OF, _CHANGED_OF, _FORGOTTEN_OF = 16, 11, 4
_SCHOOLS = (
    "中心小学（演示）",
    "九年一贯制学校（演示）",
    "高级中学（演示）",
    "职业学校（演示）",
    "高等院校（演示）",
)
_NO_HEAD = "高等院校（演示）"  # far away: nobody has asked yet
_DONE = (
    ("home_visit", "到家看学习环境，与家长谈作业和作息", "家长答应每晚留出一小时"),
    ("tutoring", "课后补数学一小时", "单元测验比上次提高"),
    ("talk", "谈心，问住校和伙食情况", "情绪稳定"),
    ("aid", "核对营养餐和生活补助到账", "已到账"),
)


@transaction.atomic
def tell_of_students() -> str:
    """Write schools, teachers, pairings and what was done; twice does nothing."""
    if School.objects.exists():
        return "师生结对已在，没有再载入。"
    actor = User.objects.get(username=SECOND_REVIEWER)
    place = Area.objects.get(pk=COUNTY)
    schools = {name: register_school(place, name, actor=actor) for name in _SCHOOLS}
    _heads(schools, actor)
    pairings, acts = [], []
    for number, (row, school_name, leaves) in enumerate(_students(actor), 1):
        if number % _WITHOUT_OF == 0:
            continue
        school = schools.get(school_name, schools["九年一贯制学校（演示）"])
        own = _pairings(row, number, school, actor)
        if leaves and number % _FORGOTTEN_OF:
            _end(own[-1], FINISHED, "毕业")
        pairings += own
        acts += _acts(own[-1], number, bool(row.is_away), actor)
    TeacherAct.objects.bulk_create(acts)
    _log(pairings, actor)
    return f"学校 {len(schools)} 所，师生结对 {sum(one.is_open for one in pairings)} 对，活动 {len(acts)} 次"


def _students(actor) -> list[tuple]:
    """(membership, school, whether the year after has him at school no more): the 62 of 2017, and who came in 2018."""
    now = {one.member_id: one for one in _of(actor, YEAR)}
    before = {one.member_id: one for one in _of(actor, YEAR - 1)}
    found = [(now.get(pk, one), one.school, pk not in now) for pk, one in before.items()]
    return found + [(one, one.school, False) for pk, one in now.items() if pk not in before]


def _of(actor, year: int):
    rows = students(actor, COUNTY, year).select_related("member").annotate(school=F("facts__school_name"))
    return rows.order_by("household__area_id", "member_id")


def _heads(schools: dict[str, School], actor) -> None:
    for number, (name, school) in enumerate(schools.items()):
        if name != _NO_HEAD:
            head = _teacher(school, 900 + number, HEADMASTER, actor)
            SchoolHead.objects.create(
                school=school, teacher=head, valid_from=SINCE, document=DOCUMENT, recorded_by=actor
            )


def _teacher(school: School, number: int, post: str, actor) -> Teacher:
    name = full_name(number * 7, number * 3, number * 5 + 1, number % 3 == 0)
    if school.teachers.filter(name=name).exists():
        name = f"{name}（{number}）"
    return Teacher.objects.create(
        school=school, name=name, post=post, phone=f"1390435{number:04d}", recorded_by=actor
    )


def _pairings(row, number: int, school: School, actor) -> list[TeacherPairing]:
    post = CLASS_TEACHER if number % 3 else TEACHER
    since = max(SINCE, row.valid_from)
    first = TeacherPairing(
        member=row.member,
        teacher=_teacher(school, number, post, actor),
        valid_from=since,
        goal="不辍学，跟上班里进度",
        document=DOCUMENT,
        recorded_by=actor,
    )
    found = [first]
    if number % _CHANGED_OF == 0 and since < CHANGED:
        _end(first, CHANGED, "教师工作调动")
        found.append(
            TeacherPairing(
                member=row.member,
                teacher=_teacher(school, 500 + number, post, actor),
                valid_from=CHANGED,
                goal=first.goal,
                document=DOCUMENT,
                recorded_by=actor,
            )
        )
    return TeacherPairing.objects.bulk_create(found)


def _end(pairing: TeacherPairing, on: date, reason: str) -> None:
    pairing.valid_to, pairing.end_reason = on, reason
    if pairing.pk is not None:
        pairing.save(update_fields=["valid_to", "end_reason"])


def _acts(pairing: TeacherPairing, number: int, is_away: bool, actor) -> list[TeacherAct]:
    """Once or twice a term; who should be at school and is not was looked for."""
    found = []
    for turn in range(1 + number % 4):
        kind, content, result = _DONE[(number + turn) % len(_DONE)]
        day = date(YEAR, 3, 12) + timedelta(days=58 * turn + number % 17)
        found.append((kind, day, content, result))
    if is_away:
        found.append(
            ("retention", date(YEAR, 10, 9), "与村干部一起上门劝返，讲义务教育法", "家长同意下周送回")
        )
    return [
        TeacherAct(
            pairing=pairing, kind=kind, happened_on=day, content=content, result=result, recorded_by=actor
        )
        for kind, day, content, result in found
        if pairing.valid_from <= day < (pairing.valid_to or timezone.localdate())
    ]


def _log(pairings: list[TeacherPairing], actor) -> None:
    record_select(
        "households.student.pair",
        TeacherPairing.objects.filter(pk__in=[one.pk for one in pairings]),
        actor=actor,
        case_type="households.household",
        case_id=F("member__household_id"),
        area_code=F("member__household__area_id"),
        summary="师生结对（演示）",
    )
