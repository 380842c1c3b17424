"""Two reviewers at once, each with a connection of his own: one wins, the other is told and goes on."""

import pytest
from django.db import transaction
from django.urls import reverse

from households.models import DeskDecision, ExitCase
from households.services.desk.cases import approve_case, return_case
from households.services.desk.lists import decide_list, draw_list, prospect
from households.services.desk.looking import open_case
from poverty.review.errors import ChangedMeanwhile
from poverty.review.models import Step
from tests.actors import client_of
from tests.at_once import at_once
from tests.factories.exits import Walk

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(transactional_db):
    with transaction.atomic():
        return Walk().to("second")


def test_one_approves_and_the_other_is_told(waiting):
    people = (waiting.reviewer, waiting.recorder)
    seen = [waiting.case() for _ in people]
    for person in people:
        open_case(waiting.case(), actor=person)
    results = at_once(
        lambda: approve_case(seen[0], actor=people[0]),
        lambda: return_case(seen[1], actor=people[1], comment="再核实"),
    )
    assert sorted(type(one).__name__ for one in results) == ["ChangedMeanwhile", "Step"]
    assert any(isinstance(one, ChangedMeanwhile) for one in results)
    assert Step.objects.filter(case_id=waiting.case().pk, transition__in=["review", "return"]).count() == 1


def test_by_the_page_the_other_gets_the_next_case(waiting):
    case, following = waiting.cases[:2]
    clients = [client_of(one) for one in (waiting.reviewer, waiting.recorder)]
    for client in clients:
        client.post(reverse("households:desk-look", args=[case.pk]))
    address = reverse("households:desk-approve", args=[case.pk])
    sent = {"state": "checked", "then": following.pk}
    results = at_once(*(lambda client=client: client.post(address, sent) for client in clients))
    assert [one.status_code for one in results] == [302, 302]
    assert {one.url for one in results} == {reverse("households:desk-case", args=[following.pk])}
    told = [client.get(results[0].url).content.decode().count("您的办理没有写入") for client in clients]
    assert sorted(told) == [0, 1]
    assert Step.objects.filter(case_id=case.pk, transition="review").count() == 1


def test_two_lists_over_the_same_cases(waiting):
    draws = []
    for person in (waiting.reviewer, waiting.recorder):
        draw = draw_list("220503100", actor=person)
        for one in prospect(draw, actor=person).openings:
            open_case(ExitCase.objects.get(pk=one.case_id), actor=person)
        draws.append((draw, person))
    results = at_once(*(lambda pair=pair: decide_list(pair[0], actor=pair[1]) for pair in draws))
    decided = [one for one in results if isinstance(one, DeskDecision)]
    refused = [one for one in results if not isinstance(one, DeskDecision)]
    assert (len(decided), decided[0].households) == (1, 3)
    assert "名单上的户都已办理" in str(refused[0])
    assert Step.objects.filter(transition="review").count() == 3
