"""Whose applications to move a person reads: of households where he works with them, and that he sees whole."""

from functools import reduce
from operator import or_

from households.disclosure import whole_to
from households.models import Household, RelocationApplication
from households.readers import READERS


def visible(user):
    """Applications that a person reads. An application tells everything at once, so its household is one that he sees
    whole; and who only looks at households in one place, and works in another, reads those of the other.
    """
    working = reduce(or_, (Household.objects.visible_to(user, right) for right in READERS))
    return RelocationApplication.objects.filter(household__in=working.filter(whole_to(user)).values("pk"))
