"""What the views of the register have in common: the person's view, the year asked for, and what a page needs."""

from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from households.api_filters import FIRST_YEAR, LAST_YEAR
from households.models import Assessment, Household
from households.options.sources import BUREAU, ENTERED
from households.sight import Sight
from poverty.areas.names import full_names
from poverty.web.api_views import ApiView
from poverty.web.chosen import choose
from poverty.web.refusals import BadQuery


class RegisterView(ApiView):
    """A view over rows of households."""

    lookup_value_regex = "[0-9]{1,18}"

    @cached_property
    def sight(self) -> Sight:
        """What the person sees of each household."""
        return Sight(self.request.user)

    def get_serializer_context(self):
        """Serializers ask what may be told."""
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            context["sight"] = self.sight
        return context

    def year(self) -> int:
        """?year=, else the latest that can be worked in. BadQuery when it is no year."""
        text = self.request.query_params.get("year", "")
        if text and not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:9]) <= LAST_YEAR):
            raise BadQuery({"year": f"年度须为{FIRST_YEAR}至{LAST_YEAR}的整数。"})
        return choose(self.request, year=int(text) if text else None).year

    def of_year(self, rows):
        """Rows of the year asked for; of every year when a household is named and no year."""
        asked = self.request.query_params
        return rows if asked.get("household") and not asked.get("year") else rows.filter(year=self.year())

    def one(self, pk):
        """The visible row of this number, or 404."""
        return get_object_or_404(self.get_queryset(), pk=pk)

    def told(self, row):
        """A row as this view tells it."""
        return self.get_serializer(row).data

    def with_results(self, households: list[Household], year: int) -> dict:
        """The context of HouseholdSerializer for these rows: two queries."""
        results = Assessment.objects.filter(household__in=[one.pk for one in households], year=year)
        return {
            **self.get_serializer_context(),
            "year": year,
            "places": full_names(one.area_id for one in households),
            "results": {one.household_id: one for one in results},
        }

    def require_fields(self, names, allowed: frozenset[str]) -> None:
        """PermissionDenied when the person may not fill in one of these facts."""
        if not allowed:
            raise PermissionDenied("您没有填写该户年度信息的权限。")
        if set(names) - allowed:
            raise PermissionDenied("其中有不由您填写的内容，只能填写本行业或本岗位负责的项目。")

    def paper(self, values: dict, household: Household) -> dict:
        """What stands on the paper, as keyword arguments of the services."""
        names = ("happened_on", "decided_by_name", "late_reason")
        found = {name: values[name] for name in names if values.get(name)}
        bureau = self.sight.fills_as_bureau(household)
        return {**found, "source": BUREAU if bureau else values.get("source", ENTERED)}


class RowsView(RegisterView):
    """One that tells a single row by its number, too."""

    def retrieve(self, request, pk):
        return Response(self.told(self.one(pk)))


class NewestView(RowsView):
    """A list, the newest first, and one row of it."""

    order = (("id", "desc"),)

    def list(self, request):
        """The newest first."""
        return self.page_of(self.filter_queryset(self.get_queryset()))
