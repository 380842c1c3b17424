"""The accounts of the demo county."""

from io import StringIO

from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command

from poverty.accounts import demo
from poverty.accounts.account_names import account_name
from poverty.accounts.models import Role
from tests.actors import COUNTY_A
from tests.factories.accounts import make_posting, make_user


def printed():
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    return out.getvalue()


def test_each_role_has_one_that_could_be_entered_by_hand():
    assert set(demo.USERNAMES) == set(Role)
    assert len(set(demo.USERNAMES.values())) == len(Role)
    for username in demo.USERNAMES.values():
        assert account_name(username) == username
    validate_password(demo.PASSWORD)


def test_only_those_that_exist_and_may_sign_in_are_printed(db):
    assert "没有演示账号" in printed()
    make_posting(make_user("陈静", username="xianban"), Role.COUNTY_REVIEWER, COUNTY_A)
    make_posting(make_user("周强", username="lingdao", is_active=False), Role.LEADER, COUNTY_A)
    make_user("无任职", username="shenji")
    assert demo.demo_accounts() == [("县扶贫办", "xianban", "陈静", "二道江区")]
    text = printed()
    assert "xianban" in text
    assert demo.PASSWORD in text
    assert "lingdao" not in text
    assert "shenji" not in text
