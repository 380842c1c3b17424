"""Sample arguments of the addresses of students with their teachers, and of households that move with their cadres."""

from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing
from tests.factories.relocation import make_charge, make_moving
from tests.factories.students import make_school, make_student, make_teacher, make_teacher_act, make_teaching
from tests.url_samples import Place, Sample

# A helper's students are those of his households: schools are nobody's household.
# The bureau of every place is 水利, whose business students are not.
_OTHERS = frozenset({Role.BUREAU_OFFICER.value})
_HELPER = _OTHERS | {Role.HELPER.value}
_TOWNSHIP = _OTHERS | {Role.TOWNSHIP_OFFICER.value}


def _pupil(place: Place):
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    return make_student(household)


def _school(place: Place):
    return make_school("中心小学", place.county)


def student(place: Place) -> Sample:
    """A student of the helper of the place."""
    return Sample({"pk": _pupil(place).pk}, hidden_from=_OTHERS)


def pairing(place: Place) -> Sample:
    """His pairing."""
    return Sample(
        {"pk": make_teaching(_pupil(place), make_teacher(school=_school(place))).pk}, hidden_from=_OTHERS
    )


def act(place: Place) -> Sample:
    """What was done for him."""
    row = make_teaching(_pupil(place), make_teacher(school=_school(place)))
    return Sample({"pk": make_teacher_act(row).pk}, hidden_from=_OTHERS)


def school(place: Place) -> Sample:
    """A school of the county."""
    return Sample({"pk": _school(place).pk}, hidden_from=_HELPER)


def kept_school(place: Place) -> Sample:
    """The same: kept by the county and its education bureau."""
    return Sample({"pk": _school(place).pk}, hidden_from=_TOWNSHIP)


def teacher(place: Place) -> Sample:
    """A teacher of it."""
    return Sample({"pk": make_teacher(school=_school(place)).pk}, hidden_from=_HELPER)


def kept_teacher(place: Place) -> Sample:
    """The same."""
    return Sample({"pk": make_teacher(school=_school(place)).pk}, hidden_from=_TOWNSHIP)


def _moving(place: Place):
    household = make_moving(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    return household


def moving(place: Place) -> Sample:
    """A household that moves."""
    return Sample({"pk": _moving(place).pk})


def charge(place: Place) -> Sample:
    """Who answers for it."""
    return Sample({"pk": make_charge(_moving(place), place.actor(Role.VILLAGE_CLERK)).pk})


SAMPLES = {
    "api:teacher-pairing-detail": pairing,
    "api:relocation-charge-detail": charge,
    "households:student": student,
    "households:student-pair": student,
    "households:student-change": pairing,
    "households:student-end": pairing,
    "households:student-withdraw": pairing,
    "households:student-act": pairing,
    "households:student-act-withdraw": act,
    "households:school": school,
    "households:school-rename": kept_school,
    "households:school-close": kept_school,
    "households:school-head": kept_school,
    "households:teacher-new": kept_school,
    "households:teacher": teacher,
    "households:teacher-edit": kept_teacher,
    "households:teacher-left": kept_teacher,
    "households:relocation-household": moving,
    "households:relocation-charge": moving,
    "households:relocation-change": charge,
    "households:relocation-end": charge,
    "households:relocation-withdraw": charge,
}
