"""The county review desk: what waits, the next case after a decision, a list of 500, what stands out in a county."""

import json
import re
import tempfile
from pathlib import Path

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from households.desk.exceptions import all_standing
from households.models import ExitCase, Household
from households.services.desk.lists import decide_list, draw_list, prospect
from poverty.review.models import Step
from poverty.review.services.looks import open_look
from tests.bench.desk_register import CASE, COUNTY, HOUSEHOLDS, WAITING, fill
from tests.bench.output import figure, percentile, seconds
from tests.bench.pages import client_of
from tests.bench.register import YEAR, reviewer

ROUNDS, DECISIONS, WARM = 30, 30, 3


def _pages(person, county: str) -> None:
    client = client_of(person)
    address = reverse("households:desk")
    for name, query in (("all", ""), ("township", f"?place={county}103"), ("late", "?kind=late")):
        answers = [client.get(address + query) for _ in range(WARM)]
        if answers[-1].status_code != 200:
            raise RuntimeError(f"{address}{query} answered {answers[-1].status_code}")
        times = [seconds(lambda query=query: client.get(address + query)) * 1000 for _ in range(ROUNDS)]
        figure(
            f"desk_queue_{name}_p95", WAITING, percentile(times, 0.95), "ms", reach="value <= 150",
            median=round(percentile(times, 0.5), 1),
        )  # fmt: skip


def _next_case(person) -> None:
    """A decision is sent as the page sends it, the answer leads to the next case, which is drawn: all requests together."""
    client = client_of(person)
    address = client.get(reverse("households:desk-next")).url
    times = []
    for _ in range(DECISIONS + WARM):
        page = client.get(address)
        if page.status_code != 200:
            raise RuntimeError(f"{address} answered {page.status_code}")
        action, sent = _form_of(page.content.decode())
        client.post(address.split("?")[0] + "look/", {})
        following: list = []

        def decide(sent=sent, action=action, following=following):
            following.append(client.post(action, sent))
            while following[-1].status_code == 302:
                following.append(client.get(following[-1].url))

        times.append(seconds(decide) * 1000)
        if len(following) < 2 or following[-1].status_code != 200:
            raise RuntimeError(f"{action} answered {[one.status_code for one in following]}")
        address = following[-2].url
    figure(
        "desk_next_case_p95", WAITING, percentile(times[WARM:], 0.95), "ms", reach="value <= 300",
        median=round(percentile(times[WARM:], 0.5), 1),
    )  # fmt: skip


def _form_of(page: str) -> tuple[str, dict[str, str]]:
    """The address and the fields of the first decision that a page of a case offers (passing before returning)."""
    action, form = re.search(
        r'<form method="post" action="([^"]+)" data-desk-decide[^>]*>(.*?)</form>', page, re.S
    ).groups()
    sent = dict(re.findall(r'<input type="hidden" name="(state|then)" value="([^"]*)"', form))
    return action, sent | ({} if "approve" in action else {"comment": "水质有问题，请核实后重报"})


def _list(person, county: str) -> None:
    """A township's list: what stands out and what is drawn is opened, then five hundred are decided at once."""
    draw = draw_list(f"{county}105", actor=person)
    for one in prospect(draw, actor=person).openings:
        open_look(CASE, one.case_id, user=person)
    taken: list = []
    took = seconds(lambda: taken.append(decide_list(draw, actor=person)))
    figure(
        "desk_list_decided",
        taken[0].households,
        took,
        "s",
        reach="value <= 5",
        opened=taken[0].opened.count(),
        steps=Step.objects.filter(case_type=CASE, transition="review", decided_by=person).count(),
    )


def _standing(county: str) -> None:
    found: list = []

    def ask():
        found[:] = all_standing(
            Household.objects.under(county), ExitCase.objects.under(county), YEAR, timezone.localdate()
        )

    ask()
    took = min(seconds(ask) for _ in range(3))
    kinds = {}
    for one in found:
        kinds[one.kind] = kinds.get(one.kind, 0) + 1
    figure("desk_exceptions_of_a_county", HOUSEHOLDS, took, "s", reach="value <= 2", found=json.dumps(kinds))


def measure() -> None:
    """Every figure of the desk, on the database that is entered; it is filled here."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    measure_desk(COUNTY)


def measure_desk(county: str) -> None:
    """The figures of a county where ten thousand cases wait."""
    person = reviewer(county)
    _standing(county)
    _pages(person, county)
    _next_case(person)
    _list(person, county)
