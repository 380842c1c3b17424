"""Pages of bundles: printing by POST and in the log, how many came back, by code and in sequence."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.models import SheetBundle
from households.sheets.services.printing import withdraw_bundle
from poverty.accounts.models import Role
from poverty.areas.services.changes import change_area
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing
from tests.factories.sheets import make_sheets, typed_sheet
from tests.factories.visits import make_template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def bundle(village_clerk, helper):
    for name in ("王建国", "赵二"):
        make_pairing(make_household(VILLAGE_A, head=name, phone="13812345678"), helper)
    return make_sheets(VILLAGE_A, village_clerk)


def page(name, *args):
    return reverse(f"households:{name}", args=args)


def come_back(browser, sheet, helper):
    return browser.post(
        page("sheet", sheet.code), typed_sheet(visitor=helper.pk, signer=str(sheet.household.head_id))
    )


def test_made_for_the_chosen_month_and_households(village_clerk):
    make_template()
    home = make_household(VILLAGE_A)
    make_household(VILLAGE_A)
    browser = client_of(village_clerk)

    answer = browser.post(
        page("sheets-new", VILLAGE_A), {"year": "2018", "month": "10", "household": [str(home.pk)]}
    )

    made = SheetBundle.objects.get()
    assert answer.url == page("sheet-bundle", made.pk)
    assert (made.month, made.scope, made.sheets.count()) == (10, "chosen", 1)


def test_a_month_that_is_none_is_refused_in_words(village_clerk):
    make_template()
    make_household(VILLAGE_A)
    answer = client_of(village_clerk).post(page("sheets-new", VILLAGE_A), {"year": "2018", "month": "13"})
    assert answer.status_code == 422
    assert not SheetBundle.objects.exists()


def test_printed_masked_with_its_codes_and_in_the_log(village_clerk, bundle):
    answer = client_of(village_clerk).post(page("sheets-print", bundle.pk), {"which": "all"})

    shown = answer.content.decode()
    assert shown.count('class="qr"') == 2
    assert "138******78" in shown
    assert "13812345678" not in shown
    assert "签字并按手印" in shown
    assert Entry.objects.filter(action="households.sheet.print", summary__endswith="2户").count() == 1


@pytest.mark.parametrize("withdrawn", [False, True])
def test_after_a_renumbering_the_village_finds_its_sheets_again(village_clerk, helper, bundle, withdrawn):
    if withdrawn:
        withdraw_bundle(bundle, reason="印错", actor=village_clerk)
    new = "220503100299"
    change_area("move", VILLAGE_A, new, actor=None, on=date(2018, 11, 1), document="吉政函〔2018〕12号")
    bundle.refresh_from_db()
    assert bundle.area_id == new
    browser, sheet = client_of(village_clerk), bundle.sheets.first()
    assert browser.get(page("sheet-bundle", bundle.pk)).status_code == 200
    if not withdrawn:
        answer = come_back(browser, sheet, helper)
        assert answer.status_code == 302
        assert browser.get(answer.url, follow=True).status_code == 200
        assert browser.post(page("sheets-print", bundle.pk), {"which": "left"}).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetBundle.objects.update(month=9, area=new)


def test_looking_prints_nothing(village_clerk, bundle):
    assert client_of(village_clerk).get(page("sheets-print", bundle.pk)).status_code == 405
    client_of(village_clerk).get(page("sheet-bundle", bundle.pk))
    assert not Entry.objects.filter(action="households.sheet.print").exists()


def test_only_those_left_are_printed_again(village_clerk, helper, bundle):
    browser = client_of(village_clerk)
    come_back(browser, bundle.sheets.first(), helper)
    shown = browser.post(page("sheets-print", bundle.pk), {"which": "left"}).content.decode()
    assert shown.count('class="qr"') == 1
    assert "<b>赵二户</b>" in shown
    assert "<b>王建国户</b>" not in shown


def test_how_many_are_in(village_clerk, helper, bundle):
    browser = client_of(village_clerk)
    come_back(browser, bundle.sheets.first(), helper)

    shown = browser.get(page("sheets")).content.decode()
    assert "1 / 2" in shown
    typed = browser.get(page("sheet-bundle", bundle.pk) + "?show=typed").content.decode()
    assert "王建国户" in typed
    assert village_clerk.name in typed, "who typed it"
    assert "赵二户" not in typed


def test_a_sheet_opens_by_the_code_read_off_the_paper(village_clerk, stranger, bundle):
    sheet = bundle.sheets.last()
    typed = f" {sheet.code[:4].upper()}-{sheet.code[4:].upper()} "
    assert client_of(village_clerk).post(page("sheets"), {"code": typed}).url == page("sheet", sheet.code)
    answer = client_of(stranger("village_clerk")).post(page("sheets"), {"code": typed})
    assert answer.status_code == 422, "as if there were none"
    assert "没有这个表码" in answer.content.decode()


def test_the_sequence_goes_on_after_the_last_and_ends(village_clerk, helper, bundle):
    browser = client_of(village_clerk)
    first, last = bundle.sheets.all()
    assert browser.get(page("sheets-next", bundle.pk) + "?after=1").url == page("sheet", last.code)
    assert browser.get(page("sheets-next", bundle.pk) + "?after=2").url == page("sheet", first.code), (
        "what was left out comes again"
    )
    for sheet in (first, last):
        come_back(browser, sheet, helper)
    assert browser.get(page("sheets-next", bundle.pk)).url == page("sheet-bundle", bundle.pk)


def test_a_helper_sees_of_a_village_s_bundle_his_own_sheets(village_clerk, helper, bundle):
    other = make_actor(Role.HELPER, VILLAGE_A)
    own = make_household(VILLAGE_A, head="孙三")
    make_pairing(own, other)
    second = make_sheets(VILLAGE_A, village_clerk)
    browser = client_of(other)

    shown = browser.get(page("sheet-bundle", second.pk)).content.decode()
    assert "孙三户" in shown
    assert "<b>王建国户</b>" not in shown
    assert browser.get(page("sheet-bundle", bundle.pk)).status_code == 404
    printed = browser.post(page("sheets-print", second.pk)).content.decode()
    assert printed.count('class="qr"') == 1
    assert browser.get(page("sheets-withdraw", second.pk)).status_code == 403


def test_of_another_village_there_is_nothing(stranger, township_officer, county_reviewer, bundle):
    for who in (stranger("village_clerk"), stranger("township_officer")):
        for name in ("sheet-bundle", "sheets-next", "sheets-withdraw"):
            assert client_of(who).get(page(name, bundle.pk)).status_code == 404
        assert client_of(who).get(page("sheets-new", VILLAGE_A)).status_code == 404
    assert client_of(county_reviewer).get(page("sheets")).status_code == 403, "does not record visits"
    assert client_of(township_officer).get(page("sheet-bundle", bundle.pk)).status_code == 200


def test_withdrawn_on_its_page_with_the_reason(village_clerk, bundle):
    browser = client_of(village_clerk)
    assert browser.post(page("sheets-withdraw", bundle.pk), {"reason": ""}).status_code == 422
    browser.post(page("sheets-withdraw", bundle.pk), {"reason": "印错月份"})
    shown = browser.get(page("sheet-bundle", bundle.pk)).content.decode()
    assert "印错月份" in shown
    assert "开始录入" not in shown
    browser.post(page("sheets-print", bundle.pk))
    assert not Entry.objects.filter(action="households.sheet.print").exists()
