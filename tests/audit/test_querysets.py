import pytest

from poverty.accounts.roles import Role
from poverty.audit.models import Entry
from poverty.audit.services import record
from tests.factories.accounts import make_actor, make_posting, make_user
from tests.factories.areas import make_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    for code in ("220503200200", "220502200200"):
        make_area(code)
    record("household.save", actor=None, area_code="220503200200", summary="本县")
    record("household.save", actor=None, area_code="220502200200", summary="邻县")
    record("household.save", actor=None, area_code="", summary="无处")
    record("accounts.sign_in", actor=None, area_code="220503", summary="本县登录")
    record("accounts.sign_in", actor=None, area_code="220502", summary="邻县登录")
    record("accountsx.other", actor=None, area_code="220503", summary="非账号")


def seen(user):
    return set(Entry.objects.visible_to(user).values_list("summary", flat=True))


def test_the_auditor_reads_everything_within_his_county(log):
    assert seen(make_actor(Role.AUDITOR)) == {"本县", "本县登录", "非账号"}


def test_the_administrator_reads_account_entries_only(log):
    assert seen(make_actor(Role.ADMINISTRATOR)) == {"本县登录"}


@pytest.mark.parametrize(
    "role", [Role.HELPER, Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.FINANCE_OFFICER]
)
def test_without_the_right_nothing(log, role):
    assert seen(make_actor(role)) == set()


def test_without_a_posting_nothing(log):
    assert seen(make_user()) == set()


def test_two_postings_do_not_lend_to_each_other(log):
    user = make_actor(Role.AUDITOR)
    make_posting(user, Role.TOWNSHIP_OFFICER, "220502200")
    assert seen(user) == {"本县", "本县登录", "非账号"}


def test_a_case_has_its_own_story_newest_first():
    record("a", actor=None, case=("households.household", 1, "220503200200"))
    record("b", actor=None, case=("households.household", 2, "220503200200"))
    record("c", actor=None, case=("households.household", 1, "220503200200"))
    story = Entry.objects.for_case("households.household", 1)
    assert [entry.action for entry in story] == ["c", "a"]
