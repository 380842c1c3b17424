"""What every view of the API has in common: who may do what, which parameters it knows, what it refuses.

Place is not tested here: a view's queryset begins with `visible_to(user)`, so that what lies elsewhere is
404.
"""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, UnsupportedMediaType
from rest_framework.viewsets import GenericViewSet

from poverty.web.api_errors import missing
from poverty.web.cursor import CURSOR, SIZE
from poverty.web.refusals import BadQuery

_UTF8 = {"utf-8", "utf8"}


class ApiView(GenericViewSet):
    """A view set with rights.

    `rights` (by `requires`) opens the door; `action_rights` asks more of single actions: action name ->
    rights of which one suffices. `parameters`: names that an action reads from the address beside filters
    and paging.
    """

    action_rights: Mapping[str, tuple[str, ...]] = {}
    parameters: Mapping[str, tuple[str, ...]] = {}
    order: tuple[tuple[str, ...], ...] = (("id", "asc"),)
    keys = None

    def filter_arguments(self, request):
        """Further keyword arguments of the filter set."""
        return {}

    def order_of(self, request):
        """The order of the list, for the paging."""
        return self.order

    def initialize_request(self, request, *args, **kwargs):
        """Nothing is decoded by a charset that the caller names: zlib and hex count as charsets too."""
        self.charset = request.content_params.get("charset", "utf-8").lower()
        if self.charset not in _UTF8:
            request.encoding = "utf-8"
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request, *args, **kwargs):
        """Who, then right, then what the address and the headers say."""
        try:
            super().initial(request, *args, **kwargs)
        except (NotAuthenticated, AuthenticationFailed):
            self.check_throttles(request)
            raise
        codes = self.action_rights.get(self.action, ())
        if codes and not any(request.user.has_right(code) for code in codes):
            raise PermissionDenied(missing(codes))
        if self.charset not in _UTF8:
            raise UnsupportedMediaType(request.content_type)
        if self.action is None:
            return  # 405 follows
        unknown = set(request.query_params) - self._known()
        if unknown:
            raise BadQuery(dict.fromkeys(unknown, "没有这个参数。"))
        for name, values in request.query_params.lists():
            if len(values) > 1:
                raise BadQuery({name: "此参数只能出现一次。"})

    def _known(self) -> set[str]:
        names = set(self.parameters.get(self.action, ()))
        if self.action == "list":
            filterset = getattr(self, "filterset_class", None)
            names |= set(filterset.base_filters) if filterset else set()
        if self.is_paged():
            names |= {CURSOR, SIZE}
        return names

    def is_paged(self) -> bool:
        """Whether the action answers with a page of rows."""
        return self.action in {"list", *getattr(self, "paged_actions", ())}

    def page_of(self, rows):
        """The page of `rows` that was asked for, serialized by the action's serializer."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
