"""Seeing full numbers: asked for with a purpose, sent in the body, shown once, kept by nobody."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from households.models import Household, Member
from households.services import personal
from poverty.web.rights import MissingRight, requires

SEEN = "revealed"  # in the session: what was opened, and to what purpose


@require_http_methods(["GET", "POST"])
@requires("personal.reveal")
@never_cache
def reveal(request, pk):
    """GET asks for the purpose; POST shows the full numbers of the household's members, once.

    A household opened in this session is shown again without asking and without a second entry in the log.
    """
    household = get_object_or_404(Household.objects.visible_to(request.user), pk=pk)
    if not Household.objects.visible_to(request.user, personal.RIGHT).filter(pk=pk).exists():
        raise MissingRight((personal.RIGHT,))
    seen = request.session.setdefault(SEEN, {})
    context = {
        "household": household,
        "purposes": personal.PURPOSES,
        "typed": request.POST,
        "known": seen.get(f"household:{pk}", ""),
        "errors": {},
    }
    if request.method == "POST":
        try:
            purpose = "" if context["known"] else personal.asked_purpose(request.POST)
            numbers = personal.reveal_household(household, actor=request.user, purpose=purpose, seen=seen)
        except ValidationError as error:
            context["errors"] = {name: texts[0] for name, texts in error.message_dict.items()}
            return render(request, "households/personal/reveal.html", context, status=422)
        request.session.modified = True
        context["known"] = seen[f"household:{pk}"]
        members = Member.objects.filter(household=household).order_by("id")
        context["numbers"] = [(member, numbers.get(member.pk, "")) for member in members]
    return render(request, "households/personal/reveal.html", context)
