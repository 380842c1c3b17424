"""Refusals of the API that REST framework has no exception for.

Apart from api_errors, since the parser and the paging are imported while REST framework's views are.
"""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import APIException


class BadQuery(APIException):
    """A parameter of the address that is unknown or cannot be read: 400, never ignored."""

    status_code = 400
    default_code = "bad_query"

    def __init__(self, fields: Mapping[str, Any]):
        super().__init__("查询参数有误，请看各项说明。", code="bad_query")
        self.fields = fields


class TooLarge(APIException):
    """The body is longer than any sensible request."""

    status_code = 413
    default_detail = "请求内容过大。"
    default_code = "too_large"
