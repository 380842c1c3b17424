"""What is typed into the filters of a list: sent in the body, and led on to the address only after a look.

Filters live in the address (addresses.py), so that they can be passed on; histories and logs keep addresses. Nobody's
number may stand there, so filters with a field to type in are sent by POST, which needs no script.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict

from poverty.web.addresses import query_with

_SEPARATORS = re.compile(r"[\s\-–—_.·]")
# So many digits in a row may be somebody's identity number or telephone, wholly or partly typed.
_MANY_DIGITS = re.compile(r"[0-9]{7}")


def without_separators(text: str) -> str:
    """The text without the blanks and marks that people put between groups of digits."""
    return _SEPARATORS.sub("", text)


def long_number(text: str) -> bool:
    """Whether a text may hold somebody's number or a good part of it, in whatever width and grouping."""
    return bool(_MANY_DIGITS.search(without_separators(unicodedata.normalize("NFKC", text))))


def query_of(
    sent: QueryDict,
    names: Iterable[str],
    *,
    typed: Collection[str] = ("q",),
    personal: Callable[[str], bool] = long_number,
) -> str:
    """`?a=1&b=2` of the filters `names` that were sent, "" without any; of those `typed`, none that is `personal`."""
    kept = [(name, text.strip()) for name in dict.fromkeys(names) for text in sent.getlist(name)]
    shown = [(name, text) for name, text in kept if text and not (name in typed and personal(text))]
    return f"?{urlencode(shown)}" if shown else ""


def led_on(
    request,
    names: Iterable[str],
    *,
    typed: Collection[str] = ("q",),
    may_stand: Callable[[str], bool] = lambda text: False,
    instead: str,
) -> HttpResponseRedirect | None:
    """Where a list with filters leads before it is shown; None: show it.

    What a form sent goes into the address. A long number is left out, also of an address written by hand, unless
    it `may_stand` there because it is nobody's; then a message says how to look for it: `instead`.
    """

    def personal(text):
        return long_number(text) and not may_stand(text.strip())

    sent = request.POST if request.method == "POST" else request.GET
    found = [name for name in typed if any(personal(text) for text in sent.getlist(name))]
    if found:
        messages.warning(request, f"七位以上的数字可能是证件号码或电话，不写进网址，已经去掉。{instead}")
    if request.method == "POST":
        return HttpResponseRedirect(request.path + query_of(sent, names, typed=typed, personal=personal))
    if found:
        return HttpResponseRedirect(request.path + query_with(sent, page=None, **dict.fromkeys(found)))
    return None
