"""The pages people wait for, on the full register, through the whole stack of middleware, view and template."""

from datetime import date
from random import Random

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.benefits.catalogue import CATALOGUE
from households.benefits.models import CoverageRun
from households.benefits.services.figuring import figure_out
from households.benefits.services.policies import draft_from_catalogue, publish_policies
from households.models import Household, Policy
from tests.bench.output import figure, percentile, seconds
from tests.bench.register import PROVINCE, YEAR, reviewer

ROUNDS = 12
ADMIN_ROUNDS = 6
WARM = 5
WORST = 3
MOST_QUERIES = 12
# Named pairs of filter and sort, for the whole register and for a county.
FILTERS = {
    "none": "",
    "township": f"area={PROVINCE}0103105",
    "kind": "kind=exited",
    "not_exited": "status=not_exited",
    "met": "verdict=2",
    "unmet": "verdict=0",
    "unknown": "verdict=1",
    "not_judged": "verdict=none",
    "failing_education": "indicator=education&indicator_state=0",
    "unknown_water": "indicator=water&indicator_state=1",
    "cause_illness": "cause=illness",
    "helper": "helper=测帮7",
    "without_helper": "no_helper=yes",
    "name": "q=王建",
    "pinyin": "q=wjg",
    "number_begins": f"q={PROVINCE}0103",
    "own_number": f"q={PROVINCE}0103105-000123",
    "last_four": "q=1234",
    "unmet_illness": "verdict=0&cause=illness",
}
SORTS = {"area": "", "name": "sort=name", "income": "sort=income", "income_desc": "sort=-income"}
# The same in the admin, as far as it has them.
ADMIN_FILTERS = {
    "none": "",
    "kind": "kind__exact=exited",
    "not_exited": "status__exact=not_exited",
    "unmet": "assessments__verdict__exact=0",
    "cause_illness": "main_cause__exact=illness",
    "name": "q=王建",
    "pinyin": "q=wjg",
}
ADMIN_SORTS = {"area": "", "name": "o=2"}


def client_of(user) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    return client


def _measure(name: str, client: Client, address: str, n: int, rounds: int) -> tuple[list[float], int]:
    """Milliseconds of each round and the number of queries of an address; one line is printed."""
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{name}: {address} answered {response.status_code}")
    times = [seconds(lambda: client.get(address)) * 1000 for _ in range(rounds)]
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    figure(name, n, percentile(times, 0.95), "ms", queries=len(queries), median=_median(times), listed=False)
    return times, len(queries)


def _median(times: list[float]) -> float:
    return round(percentile(times, 0.5), 1)


class _Pages:
    """The measured addresses of one kind, and their figures together."""

    def __init__(self, name: str, rounds: int):
        self.name, self.rounds = name, rounds
        self.n = Household.objects.count()
        self.found: dict[str, tuple[list[float], int]] = {}

    def add(self, name: str, client: Client, address: str, *parts: str) -> None:
        query = "&".join(part for part in parts if part)
        full = f"{self.name}_{name}"
        self.found[full] = _measure(full, client, f"{address}?{query}", self.n, self.rounds)

    @property
    def p95(self) -> float:
        return percentile([one for times, _ in self.found.values() for one in times], 0.95)

    def conclude(self, *, limit: int, beside: float | None = None) -> None:
        figure(
            f"{self.name}_p95_of_all_pairs",
            self.n,
            self.p95,
            "ms",
            beside,
            reach=f"value <= {limit}",
            pairs=len(self.found),
        )
        worst = sorted(self.found.items(), key=lambda one: -percentile(one[1][0], 0.95))
        for place, (name, (times, queries)) in enumerate(worst[:WORST], start=1):
            figure(
                f"{self.name}_worst_{place}: {name.removeprefix(self.name + '_')}",
                self.n,
                percentile(times, 0.95),
                "ms",
                reach=f"value <= {limit}",
                median=_median(times),
                queries=queries,
            )
        most = max(queries for _, queries in self.found.values())
        figure(f"{self.name}_most_queries", self.n, most, "queries", reach=f"value <= {MOST_QUERIES}")


def list_pages() -> None:
    """Household list, first 50 rows for every pair, as a province-wide and a county reviewer, beside the admin's."""
    lists, counts = _Pages("list", ROUNDS), _Pages("count", ROUNDS)
    for scope, area in (("all", PROVINCE), ("county", PROVINCE + "0103")):
        client = client_of(reviewer(area))
        for filter_name, one in FILTERS.items():
            for sort_name, sort in SORTS.items():
                name = f"{scope}_{filter_name}_by_{sort_name}"
                lists.add(name, client, reverse("households:list"), f"year={YEAR}", one, sort)
            counts.add(f"{scope}_{filter_name}", client, reverse("households:count"), f"year={YEAR}", one)
    admin = _Pages("admin_changelist", ADMIN_ROUNDS)
    client = client_of(reviewer(PROVINCE + "02"))
    for filter_name, one in ADMIN_FILTERS.items():
        for sort_name, sort in ADMIN_SORTS.items():
            address = reverse("bench-admin:households_household_changelist")
            admin.add(f"{filter_name}_by_{sort_name}", client, address, one, sort)
    lists.conclude(limit=150, beside=admin.p95)
    counts.conclude(limit=150)
    n = lists.n
    figure("admin_changelist_p95_of_all_pairs", n, admin.p95, "ms", pairs=len(admin.found))


def household_pages() -> None:
    """Random households' pages."""
    n = Household.objects.count()
    client = client_of(reviewer(PROVINCE + "0102"))
    rng = Random(3)
    ids = list(Household.objects.under(PROVINCE + "0102").values_list("id", flat=True)[:5000])
    times, most = [], 0
    for household in rng.sample(ids, min(len(ids), 105)):
        address = reverse("households:detail", args=[household]) + f"?year={YEAR}"
        times.append(seconds(lambda a=address: client.get(a)) * 1000)
    for household in rng.sample(ids, 10):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("households:detail", args=[household]) + f"?year={YEAR}")
        most = max(most, len(queries))
    p95 = percentile(times[WARM:], 0.95)
    figure("household_page_p95", n, p95, "ms", reach="value <= 120", median=_median(times), queries=most)


def figure_pages() -> None:
    """Figures of policies, work and labour over a county: stored, and counted live once beside it; the list of who has no
    work is asked of every household in it. Above a county they ask for one, and must cost nothing.
    """
    county = PROVINCE + "0103"
    _policies_of(county)
    n = Household.objects.under(county).count()
    client = client_of(reviewer(county))
    CoverageRun.objects.filter(area_code=county).delete()
    live = [reverse("households:benefit-coverage"), reverse("households:benefit-places")]
    times = [seconds(lambda a=address: client.get(a, {"year": YEAR})) for address in live for _ in (1, 2)]
    figure("county_coverage_counted_live", n, _median(times) * 1000, "ms")
    for name in ("employment", "labour"):
        address = reverse(f"households:{name}")
        times = [seconds(lambda a=address: client.get(a, {"year": YEAR})) for _ in (1, 2)]
        figure(f"county_{name}_counted_live", n, _median(times) * 1000, "ms")
    figure("county_coverage_worked_out", n, seconds(lambda: figure_out(county, YEAR)), "s")
    pages = {
        "coverage": reverse("households:benefit-coverage"),
        "five_coverages": reverse("households:benefit-places"),
        "employment": reverse("households:employment"),
        "without_work": reverse("households:employment-list", args=["none"]),
        "labour": reverse("households:labour"),
        "payments": reverse("households:benefits"),
    }
    stored = ("coverage", "five_coverages", "employment", "labour")
    for name, address in pages.items():
        times = [seconds(lambda a=address: client.get(a, {"year": YEAR})) * 1000 for _ in range(ADMIN_ROUNDS)]
        reach = "value <= 150" if name in stored else ""
        figure(f"county_{name}", n, percentile(times, 0.95), "ms", reach=reach, median=_median(times))
    client = client_of(reviewer(PROVINCE))
    wide = [name for name in pages if name not in ("without_work", "payments")]
    for name in wide:
        times = [
            seconds(lambda a=pages[name]: client.get(a, {"year": YEAR})) * 1000 for _ in range(ADMIN_ROUNDS)
        ]
        figure(
            f"province_{name}", Household.objects.count(), percentile(times, 0.95), "ms", reach="value <= 150"
        )


def _policies_of(county: str) -> None:
    """The reference catalogue in force in a county, drafted by one person and published by another."""
    if Policy.objects.filter(area_code=county).exists():
        return
    given = {
        "year_from": YEAR - 2,
        "document_name": "测速",
        "document_number": "1",
        "document_date": date(YEAR, 1, 1),
    }
    codes = [one.code for one in CATALOGUE]
    draft_from_catalogue(codes, actor=reviewer(county), area_code=county, **given)
    publish_policies(Policy.objects.filter(area_code=county).drafts(), actor=reviewer(PROVINCE))
