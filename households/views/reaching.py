"""Getting a household, a person or a change for a page: out of sight or out of place is 404 alike."""

from django.http import Http404

from households.disclosure import whole_to
from households.models import Household, Member, Pairing, RegisterChange


def sent(request):
    """What a form is bound to: the body of a POST, an empty one too; None when the page is only shown."""
    return request.POST if request.method == "POST" else None


def household_for(user, pk: int, right: str) -> Household:
    """A household over which the user holds a right and that he sees whole, with its places, or 404."""
    rows = Household.objects.visible_to(user, right) & Household.objects.visible_to(user)
    household = (
        rows.filter(whole_to(user))
        .select_related("area", "settlement", "head", "photo")
        .filter(pk=pk)
        .first()
    )
    if household is None:
        raise Http404
    return household


def change_for(user, pk: int) -> RegisterChange:
    """A register change that the user may see, or 404."""
    change = (
        RegisterChange.objects.visible_to(user)
        .select_related("household__area", "target__area", "member", "proposed_by", "scan")
        .filter(pk=pk, household__in=Household.objects.filter(whole_to(user)))
        .first()
    )
    if change is None:
        raise Http404
    return change


def person_for(user, pk: int) -> Member:
    """A person who is, or last was, in a household that the user sees whole, or 404.

    Who lives elsewhere now is nobody here, though his old household tells that he was there.
    """
    seen = Household.objects.visible_to(user).filter(whole_to(user))
    member = Member.objects.select_related("household__area").filter(pk=pk).first()
    if member is None:
        raise Http404
    if member.household_id is not None:
        visible = seen.filter(pk=member.household_id).exists()
    else:
        visible = was_among(seen, member) or seen.filter(changes__in=member.changes.open()).exists()
    if not visible:
        raise Http404
    return member


def was_among(households, member: Member) -> bool:
    """Whether a person ever belonged to one of these households."""
    return households.filter(memberships__member=member).exists()


def pairing_for(user, pk: int) -> Pairing:
    """A pairing that the user may change, or 404."""
    row = (
        Pairing.objects.select_related("household__area", "helper__unit")
        .filter(pk=pk, household__in=Household.objects.visible_to(user, "pairing.edit"))
        .first()
    )
    if row is None:
        raise Http404
    return row
