"""带入 for a list of households: what would change is shown first, and written when that is confirmed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from households.disclosure import whole_to
from households.forms.adopting import AdoptListForm
from households.models import Household
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES
from households.services.adopting import MOST, Adoption, households_of, preview_adoption
from households.services.status import adopt_status_many
from households.views.listing import filtered
from households.views.reaching import sent
from poverty.web import opaque
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

RIGHT = "status.adopt"
PURPOSE = "adopt"
GOOD_FOR = 3600  # seconds between the preview and confirming it
_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
@never_cache
def adopt_list(request):
    """The form; POST shows what would change, POST with what was shown (`confirmed`) writes exactly that.

    Households are those pasted; with nothing pasted those of the list whose filters stand in the address.
    """
    if "confirmed" in request.POST:
        return _apply(request)
    form = AdoptListForm(sent(request), initial={"on": timezone.localdate()})
    context = {"form": form, "from_list": bool(request.GET), "query": request.GET.urlencode()}
    if request.method == "POST" and form.is_valid():
        try:
            keys, unknown = _meant(request, form.cleaned_data["numbers"])
        except ValidationError as error:
            take_over(form, error)
        else:
            return render(
                request, "households/persons/adopt_preview.html", _shown(form, keys, unknown, request.user)
            )
    status = 422 if request.method == "POST" else 200
    return render(request, "households/persons/adopt_list.html", context, status=status)


def _reachable(user):
    rows = Household.objects.visible_to(user, RIGHT) & Household.objects.visible_to(user)
    return rows.filter(whole_to(user))


def _meant(request, numbers: str) -> tuple[list[int], list[str]]:
    """Keys of the households that are meant, and the pasted numbers that name none of them."""
    rows = _reachable(request.user)
    if numbers.strip() or not request.GET:
        return households_of(numbers, rows)
    listed, _ = filtered(request).ordered("")
    keys = list(rows.filter(pk__in=listed.order_by().values("pk")).values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        raise ValidationError({"numbers": f"所列超过 {MOST} 户，请先筛选，分批带入。"})
    if not keys:
        raise ValidationError({"numbers": "所列没有可以带入的户，请换一个筛选，或粘贴户编号。"})
    return keys, []


def _shown(form: AdoptListForm, keys: list[int], unknown: list[str], user) -> dict:
    values = {name: form.cleaned_data[name] for name in ("status", "kind", "on", "source", "document_name")}
    adoption = preview_adoption(keys, values["status"], values["kind"], on=values["on"])
    return {
        "adoption": adoption,
        "now": adoption.now.most_common(),
        "unknown": unknown[:_SHOWN],
        "unknown_count": len(unknown),
        "waiting": adoption.waiting[:_SHOWN],
        "later": adoption.later[:_SHOWN],
        "leaving": adoption.leaving[:_SHOWN],
        "examples": Household.objects.filter(pk__in=adoption.changing[:_SHOWN])
        .select_related("area")
        .order_by("area_id", "pk"),
        "status": POVERTY_STATUSES.label(values["status"]),
        "kind": HOUSEHOLD_KINDS.label(values["kind"]),
        "values": values,
        "confirmed": _sealed(adoption, values, user) if adoption.changing else "",
    }


def _sealed(adoption: Adoption, values: dict, user) -> str:
    """What was shown, to whom: sealed, so that the list can neither grow nor change on its way."""
    standing = [[*pair, keys] for pair, keys in adoption.standing.items()]
    return opaque.pack(PURPOSE, {"user": user.pk, "standing": standing, **values})


def _apply(request):
    agreed = opaque.unpack(PURPOSE, request.POST["confirmed"], max_age=GOOD_FOR)
    here = HttpResponseRedirect(reverse("households:adopt-list"))
    if agreed is None or agreed.pop("user") != request.user.pk:
        messages.error(request, "页面已失效，请重新预览。")
        return here
    shown = {pk: (status, kind) for status, kind, keys in agreed.pop("standing") for pk in keys}
    keys = list(shown)
    agreed["on"] = parse_date(agreed["on"])
    if _reachable(request.user).filter(pk__in=keys).count() != len(keys):
        messages.error(request, "名单中的户有变化，没有带入，请重新预览。")
        return here
    try:
        number = adopt_status_many(keys, actor=request.user, shown=shown, **agreed)
    except PermissionDenied as error:
        raise MissingRight((RIGHT,)) from error
    except ValidationError as error:
        messages.error(request, "没有带入：" + "；".join(error.messages))
        return here
    messages.success(request, f"已带入 {number} 户。")
    return HttpResponseRedirect(reverse("households:list"))
