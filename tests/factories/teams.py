"""Workrooms, evaluations and agreements for tests, written straight to the tables (services are tested on their own)."""

from datetime import date, timedelta
from decimal import Decimal

from households.duties.models import Presence
from tests.factories.accounts import make_unit, make_user
from tests.factories.posts import make_post
from tests.factories.villages import make_village
from villages.models import AgreementResult, EnterpriseAgreement, Evaluation, Workroom, WorkroomFund


def make_workroom(village=None, *, since=date(2017, 6, 1), **fields):
    """A workroom in the village office since June 2017, without staff or money."""
    return Workroom.objects.create(
        village=village or make_village(),
        valid_from=since,
        recorded_by=make_user("周录入"),
        **{"place": "村部二楼", "document": "设立通知", **fields},
    )


def make_fund(workroom=None, year=2018, amount="20000.00", **fields):
    """Money for a workroom in a year."""
    return WorkroomFund.objects.create(
        workroom=workroom or make_workroom(),
        year=year,
        amount=Decimal(amount),
        recorded_by=make_user("周录入"),
        **{"given_on": date(year, 6, 20), "source": "县财政", "document": "经费通知", **fields},
    )


def make_evaluation(post=None, *, year=2018, period="q3", team=False, **fields):
    """How the holder of a post (a first secretary), or his team, was assessed for a quarter."""
    post = post or make_post()
    return Evaluation.objects.create(
        village=post.village,
        person=None if team else post.person,
        year=year,
        period=period,
        **{
            "result": "competent",
            "assessor": make_user("周考评"),
            "assessed_by": "鸭园镇党委",
            "happened_on": date(2018, 10, 8),
            "document": "考评通报",
            "recorded_by": make_user("周录入"),
            **fields,
        },
    )


def make_firm(village=None, name="长白山食品公司", **fields):
    """An enterprise that helps a village since May 2017."""
    village = village or make_village()
    unit = make_unit(name, village.area_id[:6], kind="enterprise")
    return make_post(village, "enterprise", unit=unit, **fields)


def make_agreement(post=None, **fields):
    """An agreement of 2018 and 2019 over 100,000 yuan."""
    return EnterpriseAgreement.objects.create(
        post=post or make_firm(),
        recorded_by=make_user("周录入"),
        **{
            "kinds": ["industry"],
            "document": "村企结对帮扶协议",
            "signed_on": date(2017, 12, 20),
            "period_from": date(2018, 1, 1),
            "period_to": date(2019, 12, 31),
            "promised": Decimal("100000.00"),
            "content": "订单收购蓝莓",
            **fields,
        },
    )


def make_result(agreement=None, year=2018, **fields):
    """What came of an agreement in a year."""
    return AgreementResult.objects.create(
        agreement=agreement or make_agreement(),
        year=year,
        recorded_by=make_user("周录入"),
        **{"amount": Decimal("30000.00"), "households": 5, "persons": 2, **fields},
    )


def make_days(person, area, first, number):
    """So many days of a person in a village, from a day on."""
    typist = make_user("周录入")
    Presence.objects.bulk_create(
        Presence(
            person=person, area_id=area, day=first + timedelta(days=one), work="走访", recorded_by=typist
        )
        for one in range(number)
    )
