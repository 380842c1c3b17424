"""Full numbers of a page of the list of households: one purpose, one entry in the log, shown once."""

import hashlib

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from households.models import Household
from households.services import personal
from households.views.listing import filtered, page_of
from households.views.personal import SEEN
from poverty.areas.names import short_names
from poverty.web import chosen
from poverty.web.rights import requires


@require_http_methods(["GET", "POST"])
@requires("personal.reveal")
@never_cache
def reveal_page(request):
    """GET asks for the purpose; POST shows the numbers of all members of the page of the list at this address.

    The address is that of the list with its filters, its order and its page, so at most as many households as a
    page has. Those of the page over which the person does not hold the right are left out and counted.
    """
    _, page = page_of(request, filtered(request))
    allowed = Household.objects.visible_to(request.user, personal.RIGHT)
    keys = set(allowed.filter(pk__in=[one.pk for one in page.rows]).values_list("pk", flat=True))
    rows = [one for one in page.rows if one.pk in keys]
    key = list_key("list", keys)
    seen = request.session.setdefault(SEEN, {})
    context = {
        "count": len(rows),
        "left_out": len(page.rows) - len(rows),
        "purposes": personal.PURPOSES,
        "typed": request.POST,
        "known": seen.get(key, ""),
        "errors": {},
        "list_query": request.GET.urlencode(),
    }
    if request.method == "POST" and rows:
        try:
            purpose = "" if context["known"] else personal.asked_purpose(request.POST)
            found = personal.reveal_list(
                rows, actor=request.user, purpose=purpose, about=_about(request), key=key, seen=seen
            )
        except ValidationError as error:
            context["errors"] = {name: texts[0] for name, texts in error.message_dict.items()}
            return render(request, "households/personal/reveal_list.html", context, status=422)
        request.session.modified = True
        places = short_names({one.area_id for one in rows})
        context["known"] = seen[key]
        context["homes"] = [(one, places.get(one.area_id, one.area_id), found[one.pk]) for one in rows]
    return render(request, "households/personal/reveal_list.html", context)


def list_key(word: str, keys) -> str:
    """Names a page of numbers in the session: these households, however they were found."""
    text = ",".join(str(one) for one in sorted(keys))
    return f"{word}:{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def _about(request) -> str:
    """Where the list is from, in words for the log; what was searched for may be somebody's name."""
    return f"{chosen.chosen(request).area_name or '本人'}户名单一页"
