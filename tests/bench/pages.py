"""The pages people wait for, on the full register, through the whole stack of middleware, view and template."""

from random import Random

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import Household
from tests.bench.output import figure, percentile, seconds
from tests.bench.register import PROVINCE, YEAR, reviewer

ROUNDS = 20
# Named pairs of filter and sort, for the whole register and for a county.
FILTERS = {
    "none": "",
    "unmet": "verdict=0",
    "unknown": "verdict=1",
    "failing_education": "indicator=education&indicator_state=0",
    "unknown_water": "indicator=water&indicator_state=1",
    "cause_illness": "cause=illness",
    "not_exited": "status=not_exited",
    "pinyin": "q=wjg",
    "name": "q=王建",
    "last_four": "q=1234",
    "without_helper": "no_helper=yes",
}
SORTS = {"area": "", "name": "sort=name", "income": "sort=income", "income_desc": "sort=-income"}


def _client(user) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    return client


def _measure(name: str, client: Client, address: str, n: int, limit_queries: int | None = None) -> float:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{name}: {address} answered {response.status_code}")
    times = [seconds(lambda: client.get(address)) * 1000 for _ in range(ROUNDS)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address)
    p95 = percentile(times, 0.95)
    figure(name, n, p95, "ms p95", queries=len(queries))
    if limit_queries and len(queries) > limit_queries:
        print(f"# {name}: more than {limit_queries} queries", flush=True)
    return p95


def list_pages() -> None:
    """Household list: first 50 rows for every pair, as a province-wide and as a county reviewer."""
    n = Household.objects.count()
    address = reverse("households:list")
    worst = 0.0
    for scope, area in (("all", PROVINCE), ("county", PROVINCE + "0101")):
        client = _client(reviewer(area))
        for filter_name, one in FILTERS.items():
            for sort_name, sort in SORTS.items():
                query = "&".join(part for part in (f"year={YEAR}", one, sort) if part)
                worst = max(
                    worst,
                    _measure(
                        f"list_{scope}_{filter_name}_{sort_name}",
                        client,
                        f"{address}?{query}",
                        n,
                        limit_queries=12,
                    ),
                )
    figure("list_worst_p95", n, worst, "ms")


def household_pages() -> None:
    """Random households' pages."""
    n = Household.objects.count()
    client = _client(reviewer(PROVINCE + "0102"))
    rng = Random(3)
    ids = list(Household.objects.under(PROVINCE + "0102").values_list("id", flat=True)[:5000])
    times, most = [], 0
    for household in rng.sample(ids, 60):
        address = reverse("households:detail", args=[household]) + f"?year={YEAR}"
        with CaptureQueriesContext(connection) as queries:
            took = seconds(lambda a=address: client.get(a)) * 1000
        times.append(took)
        most = max(most, len(queries))
    figure("household_page_p95", n, percentile(times[5:], 0.95), "ms", queries=most)
