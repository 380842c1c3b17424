"""What pages of duties ask of an address: the month, the pairings in view, people and villages one may record for."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from households.disclosure import whole_to
from households.duties import forces
from households.duties.periods import month_of
from households.duties.services.access import RECORD
from households.models import Household, Pairing
from poverty.accounts.models import Posting, Role, User
from poverty.areas.models import Area, Level
from poverty.sql.prefix import within
from poverty.web.chosen import chosen

VIEW = "duty.view"
FIRST = date(2014, 1, 1)
COUNTY_LENGTH = 6
RECENT = timedelta(days=366)  # who left longer ago is not offered in a form any more


def month_asked(request) -> date:
    """?month=2018-11; without one, or one that cannot be, this month."""
    today = timezone.localdate()
    try:
        month = date.fromisoformat(request.GET.get("month", "") + "-01")
    except ValueError:
        return month_of(today)
    return month if FIRST <= month <= today else month_of(today)


def only_own(user) -> bool:
    """Whether a person sees nothing of duties but his own: a helper without any other posting."""
    scope = user.scope(VIEW)
    return scope.paired and not scope.areas


def pairings_in_view(request):
    """Pairings whose duties the person sees in the chosen place; of a helper his own ones."""
    user, code = request.user, chosen(request).area_code
    rows = Pairing.objects.visible_to(user, VIEW).filter(
        household__in=Household.objects.filter(whole_to(user)).values("pk")
    )
    if only_own(user):
        return rows.filter(helper=user)
    return rows.filter(within("household__area_id", [code])) if code else rows


def households_in_view(request):
    """Registered households whose duties the person sees in the chosen place; of a helper his own ones."""
    user, code = request.user, chosen(request).area_code
    rows = Household.objects.visible_to(user, VIEW).filter(whole_to(user)).on_register()
    return rows if only_own(user) or not code else rows.under(code)


def is_wide(request) -> bool:
    """Whether the chosen place is larger than a county: a million households are not counted for a page."""
    return not only_own(request.user) and len(chosen(request).area_code) < COUNTY_LENGTH


def choose_a_county(request, title: str):
    """The page of a place larger than a county: it asks for a county."""
    return render(request, "households/duties/wide.html", {"title": title, "now": chosen(request)})


def narrowed(areas, code: str) -> list[str]:
    """What of these places lies in the chosen one ("": all of it)."""
    inside = [one for one in areas if one.startswith(code)]
    return inside or ([code] if any(code.startswith(one) for one in areas) else [])


def people_in_view(user, code: str = "", first: date = FIRST, last: date | None = None):
    """People whose diary, days and leave a person may read: himself, and whoever was posted, paired or lived as a member
    of a team in his places, or in the chosen one of them, on any day from `first` to `last` (None: today).
    """
    last = last or timezone.localdate()
    areas = narrowed(user.scope(VIEW).areas, code)
    then = Q(valid_from__lte=last) & (Q(valid_to__isnull=True) | Q(valid_to__gt=first))
    posted = Posting.objects.filter(then, within("area", areas), user=OuterRef("pk"), role=Role.HELPER)
    paired = Pairing.objects.filter(then, within("household__area_id", areas), helper=OuterRef("pk"))
    team = forces.team("", first, last, areas).values("person")
    return User.objects.filter(Exists(posted) | Exists(paired) | Q(pk__in=team) | Q(pk=user.pk))


def person_for(user, pk: int) -> User:
    """A person whose diary one may read, or 404."""
    person = people_in_view(user).select_related("unit").filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def villages_to_record(user, right: str = RECORD):
    """Villages in which a person may record: those of his posting, and of a helper also those of his households."""
    today = timezone.localdate()
    rows = Area.objects.filter(level=Level.VILLAGE, valid_to=None)
    own = user.pairings.open_on(today).values("household__area")
    return (rows.filter(within("code", user.scope(right).areas)) | rows.filter(code__in=own)).order_by("code")
