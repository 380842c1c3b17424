"""A household that did not sign is visited again by others together; until then it stands in the list of those to be."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import reverse

from households.models import Visit, VisitRecheck
from households.visits.sent import SentPhoto
from households.visits.services.deciding import withdraw_visit
from households.visits.services.photos_gone import give_up_photo
from households.visits.services.rechecking import recheck_visit
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.files.models import FileLink
from poverty.files.services import link
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.files import make_file, pdf
from tests.factories.households import make_household, make_pairing
from tests.factories.visits import make_sent

pytestmark = pytest.mark.django_db
FOUND = {
    "happened_on": date(2018, 11, 5),
    "people": "村支书李明、驻村工作队王强",
    "result": "signed",
    "remark": "户主外出归来，核对无误，已补签",
}


@pytest.fixture(autouse=True)
def two_days_after_the_visit():
    with time_machine.travel("2018-11-05 16:00 +0800", tick=True):
        yield


@pytest.fixture
def visit(helper):
    home = make_household(VILLAGE_A, head="王建国")
    make_pairing(home, helper)
    record_visit(make_sent(home, signed=False, refusal_reason="户主外出"), actor=helper)
    return Visit.objects.get()


def test_it_is_noted_once_with_who_went_when_and_what_they_found(visit, village_clerk):
    row = recheck_visit(visit, **FOUND, actor=village_clerk)
    assert (row.happened_on, row.people, row.recorded_by) == (
        date(2018, 11, 5),
        "村支书李明、驻村工作队王强",
        village_clerk,
    )
    assert "情况属实，农户已补签" in Entry.objects.get(action="households.visit.recheck").summary
    with pytest.raises(ValidationError, match="已经复核过"):
        recheck_visit(visit, **FOUND, actor=village_clerk)
    for change in (lambda: VisitRecheck.objects.update(remark="改了"), VisitRecheck.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"happened_on": date(2018, 11, 2)}, "happened_on"),
        ({"happened_on": date(2018, 11, 6)}, "happened_on"),
        ({"people": " "}, "people"),
        ({"result": "perhaps"}, "result"),
        ({"remark": ""}, "remark"),
    ],
)
def test_what_cannot_be_is_said_by_field(visit, village_clerk, changes, field):
    with pytest.raises(ValidationError) as refused:
        recheck_visit(visit, **FOUND | changes, actor=village_clerk)
    assert list(refused.value.message_dict) == [field]
    assert not VisitRecheck.objects.exists()


def test_neither_who_made_or_recorded_it_nor_who_settles_no_visits_there(visit, helper):
    for who in (helper, make_actor(Role.VILLAGE_CLERK, VILLAGE_B), make_actor(Role.AUDITOR, VILLAGE_A)):
        with pytest.raises(PermissionDenied):
            recheck_visit(visit, **FOUND, actor=who)


def test_a_clerk_s_own_visit_is_rechecked_by_another(village_clerk, township_officer):
    home = make_household(VILLAGE_A)
    record_visit(make_sent(home, signed=False, refusal_reason="不愿签"), actor=village_clerk)
    visit = Visit.objects.get()
    with pytest.raises(PermissionDenied, match="由别人核对"):
        recheck_visit(visit, **FOUND, actor=village_clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitRecheck.objects.create(visit=visit, **FOUND, recorded_by=village_clerk)
    page = client_of(village_clerk).get(reverse("households:visit", args=[visit.pk])).content.decode()
    assert "由别人复核" in page
    assert reverse("households:visit-recheck", args=[visit.pk]) not in page
    assert recheck_visit(visit, **FOUND, actor=township_officer).visit == visit


def test_a_signed_or_withdrawn_visit_is_not_rechecked(visit, helper, village_clerk):
    record_visit(make_sent(visit.household, signed=True, signer_name="王建国"), actor=helper)
    signed = Visit.objects.get(signed=True)
    withdraw_visit(visit, "记错户", actor=helper)
    for one in (signed, visit):
        with pytest.raises(ValidationError, match="没有签字、没有撤回"):
            recheck_visit(one, **FOUND, actor=village_clerk)
        with pytest.raises(IntegrityError), transaction.atomic():
            VisitRecheck.objects.create(visit=one, **FOUND, recorded_by=village_clerk)


def test_the_list_counts_and_shows_those_that_wait_and_the_page_says_what_was_found(visit, village_clerk):
    client = client_of(village_clerk)
    visits = reverse("households:visits")
    assert "没有签字待复核 1" in client.get(visits).content.decode()
    assert [one.pk for one in client.get(f"{visits}?state=unsigned").context["page"].rows] == [visit.pk]
    page = reverse("households:visit", args=[visit.pk])
    target = reverse("households:visit-recheck", args=[visit.pk])
    assert target in client.get(page).content.decode()
    assert client.post(target, {"happened_on": "2018-11-05"}).status_code == 422
    answer = client.post(target, {**FOUND, "happened_on": "2018-11-05"}, follow=True)
    shown = answer.content.decode()
    assert "村支书李明、驻村工作队王强 联合复核：情况属实，农户已补签" in shown
    assert "没有签字待复核 0" in client.get(visits).content.decode()
    assert client.get(f"{visits}?state=unsigned").context["page"].rows == []
    assert len(client.get(f"{visits}?state=rechecked").context["page"].rows) == 1


def test_an_inspector_sees_that_it_waits_and_cannot_write_it(visit, inspector):
    client = client_of(inspector)
    page = client.get(reverse("households:visit", args=[visit.pk])).content.decode()
    assert "等待村、乡镇联合复核" in page
    assert client.get(reverse("households:visit-recheck", args=[visit.pk])).status_code == 403


def test_signed_on_paper_of_which_the_photo_was_given_up_it_counts_as_not_signed(
    helper, village_clerk, visit, settings, tmp_path
):
    settings.FILES_ROOT = tmp_path
    paper = SentPhoto(uuid4(), "0" * 64, 100, kind="signature")
    sent = make_sent(visit.household, signed=True, signer_name="王建国", photos=(paper,))
    record_visit(sent, actor=helper)
    signed = Visit.objects.get(signed=True)
    assert signed not in Visit.objects.to_recheck()
    give_up_photo(sent.identity, paper.identity, "手机丢失", actor=helper)
    assert signed in Visit.objects.to_recheck()
    client = client_of(village_clerk)
    assert "签字页没有了，待复核" in client.get(reverse("households:visits")).content.decode()
    shown = client.get(reverse("households:visit", args=[signed.pk])).content.decode()
    assert "签字页的照片已放弃" in shown
    assert reverse("households:visit-recheck", args=[signed.pk]) in shown
    # The paper was there after all, and is scanned: nothing is to be re-checked.
    link(make_file(helper, pdf(), kind="scan"), signed, role="signature", actor=helper)
    assert signed not in Visit.objects.to_recheck()
    with pytest.raises(ValidationError, match="没有签字"):
        recheck_visit(signed, **FOUND, actor=village_clerk)
    FileLink.objects.update(removed_at=Now(), removed_by=helper, removed_reason="传错")
    assert recheck_visit(signed, **FOUND, actor=village_clerk).visit == signed
