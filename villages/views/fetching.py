"""Getting a village or its exit for a page: out of sight or out of place is 404 alike."""

from django.http import Http404

from villages.models import ExitCase, Village


def sent(request):
    """What a form is bound to: the body of a POST, an empty one too; None when the page is only shown."""
    return request.POST if request.method == "POST" else None


def village_for(user, pk: int, *rights: str) -> Village:
    """A village over which the user holds one of these rights, and that he sees; or 404."""
    seen = Village.objects.visible_to(user).filter(pk=pk)
    allowed = Village.objects.none()
    for right in rights or ("village.view",):
        allowed = allowed | Village.objects.visible_to(user, right)
    village = (seen & allowed).select_related("area__parent").first()
    if village is None:
        raise Http404
    return village


def exit_for(user, pk: int, *rights: str) -> ExitCase:
    """An exit of a village over which the user holds one of these rights, and that he sees; or 404."""
    seen = ExitCase.objects.visible_to(user).filter(pk=pk)
    allowed = ExitCase.objects.none()
    for right in rights or ("village.view",):
        allowed = allowed | ExitCase.objects.visible_to(user, right)
    case = (seen & allowed).select_related("village__area__parent").first()
    if case is None:
        raise Http404
    return case
