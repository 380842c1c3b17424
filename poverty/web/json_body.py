"""Reading what is sent to the API: UTF-8 JSON of sensible size and depth, without what no database can hold.

REST framework's own parser decodes by whatever charset the sender names (zlib counts as one), reads bodies of
any size, and fails on deep nesting.
"""

import json
import math
from decimal import Decimal

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from poverty.web.refusals import TooLarge

LONGEST = 1024 * 1024  # bytes; the largest sheet of a household is some 10 kB
DEEPEST = 12


class JsonBody(BaseParser):
    """application/json in UTF-8. Numbers with a point become Decimals: an amount never passes through a float."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        """The object sent. ParseError (400) for what is not JSON, TooLarge (413) for more than LONGEST bytes."""
        raw = stream.read(LONGEST + 1)
        if len(raw) > LONGEST:
            raise TooLarge
        try:
            data = json.loads(
                raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once
            )
        except UnicodeDecodeError as error:
            raise ParseError("请求内容不是 UTF-8 编码。") from error
        except RecursionError as error:
            raise ParseError("JSON 嵌套过深。") from error
        except ValueError as error:  # JSONDecodeError, and whole numbers of thousands of digits
            raise ParseError("请求内容不是正确的 JSON。") from error
        if not isinstance(data, dict):
            raise ParseError("请求内容须为一个 JSON 对象。")
        _check(data, 0)
        _note(parser_context, data)
        return data


def _note(parser_context, data: dict) -> None:
    """Let an error report know what was typed (poverty.fields.error_reports): the stream can be read only once."""
    request = (parser_context or {}).get("request")
    if request is not None:
        request._request.json_typed = data


def _refuse(name: str):
    raise ValueError(name)  # NaN, Infinity: not JSON


def _once(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A key stands twice: which of the two is meant?")
    return found


def _check(value, depth: int) -> None:
    if depth > DEEPEST:
        raise ParseError("JSON 嵌套过深。")
    if isinstance(value, str):
        # PostgreSQL holds no NUL, and a lone surrogate is no character at all.
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ParseError("内容含有无法保存的字符。")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, Decimal) and not (value.is_finite() and math.fabs(value.adjusted()) < 100):
        raise ParseError("数字过大或过小。")
