"""Pages of the API: keyset paging only (poverty.web.paging), at most 200 rows, no offsets and no totals."""

from urllib.parse import urlencode

from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from poverty.web.paging import keyset_page
from poverty.web.refusals import BadQuery

CURSOR, SIZE = "cursor", "size"
DEFAULT_SIZE, LARGEST = 50, 200


class Cursor(BasePagination):
    """`?cursor=` as given by the page before, `?size=` from 1 to 200.

    The order is the view's: `view.order_of(request)`, pairs for keyset_page, and so is another way to the keys of a
    page, `view.keys`. A cursor that is damaged, or of
    another order, is refused: a program that silently began anew would count rows twice.
    """

    page = None

    def paginate_queryset(self, queryset, request, view=None):
        """The rows of the page asked for."""
        self.request = request
        self.page = keyset_page(
            queryset,
            order=view.order_of(request),
            after=request.query_params.get(CURSOR) or None,
            size=_size(request),
            keys=view.keys,
        )
        if self.page.restarted:
            raise BadQuery({CURSOR: "翻页标记无效，请从第一页重新开始。"})
        return self.page.rows

    def get_paginated_response(self, data):
        """Rows with the addresses of the pages beside, null where there is none."""
        return Response(
            {
                "next": self._address(self.page.next_token),
                "previous": self._address(self.page.previous_token),
                "results": data,
            }
        )

    def _address(self, token: str | None) -> str | None:
        if token is None:
            return None
        query = {name: value for name, value in self.request.query_params.items() if name != CURSOR}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode({**query, CURSOR: token})}")

    def get_paginated_response_schema(self, schema):
        """For the OpenAPI document."""
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view):
        """For the OpenAPI document."""
        return [
            {
                "name": CURSOR,
                "in": "query",
                "required": False,
                "description": "翻页标记，取自上一次回答的 next 或 previous。",
                "schema": {"type": "string"},
            },
            {
                "name": SIZE,
                "in": "query",
                "required": False,
                "description": f"每页条数，1 至 {LARGEST}，默认 {DEFAULT_SIZE}。",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": DEFAULT_SIZE},
            },
        ]


def _size(request) -> int:
    text = request.query_params.get(SIZE, str(DEFAULT_SIZE))
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LARGEST:
        return int(text)
    raise BadQuery({SIZE: f"每页条数须为 1 至 {LARGEST} 的整数。"})
