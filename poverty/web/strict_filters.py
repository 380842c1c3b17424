"""Filters of the API: what cannot be read, or may not be asked, is refused rather than left out."""

from django_filters.rest_framework import DjangoFilterBackend

from poverty.web.refusals import BadQuery


class StrictFilters(DjangoFilterBackend):
    """Filters that cannot be read are refused with 400; the person's own `filterset` decides which there are."""

    def filter_queryset(self, request, queryset, view):
        """The rows that fit the address."""
        filterset = self.checked(request, queryset, view)
        return queryset if filterset is None else filterset.qs

    def checked(self, request, queryset, view):
        """The view's filter set over `queryset`, None when it has none; BadQuery for what cannot be asked."""
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return None
        # A filter set may withdraw filters from those whom they would tell too much.
        refused = set(request.query_params) & set(filterset.filters) - set(filterset.form.fields)
        if refused:
            raise BadQuery(dict.fromkeys(refused, "您不能按此项筛选。"))
        if not filterset.is_valid():
            raise BadQuery(filterset.errors)
        return filterset

    def get_filterset_kwargs(self, request, queryset, view):
        """What the filter set is made with: a view may know more than REST framework does."""
        return super().get_filterset_kwargs(request, queryset, view) | view.filter_arguments(request)
