"""Questions about visits; each page begins with visible_to."""

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Length, StrIndex

from households.options.visits import UNDECIDED
from poverty.areas.querysets import codes_above
from poverty.files.models import FileLink
from poverty.sql.prefix import within

VIEW, DESIGN = "visit.view", "visit.design"


def _households(user, right: str):
    return apps.get_model("households", "Household").objects.visible_to(user, right).values("pk")


def paper_lost() -> Q:
    """Of visits: said to be signed, but the photo of the signed paper was given up and no scan of it was added. Nobody can
    see that it was signed.
    """
    photos = apps.get_model("households", "VisitPhoto").objects.filter(visit=OuterRef("pk"), kind="signature")
    scans = FileLink.objects.filter(
        case_type="households.visit", case_id=OuterRef("pk"), role="signature", removed_at__isnull=True
    )
    return Q(
        Exists(photos.filter(given_up_at__isnull=False)),
        ~Exists(photos.filter(given_up_at__isnull=True, replacement__isnull=True)),
        ~Exists(scans),
        signed=True,
        photos_given_up__gt=0,
    )


class VisitTemplateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published templates that hold in the person's places (of there, of above and of inside), and drafts of the
        places where he designs them.
        """
        design = user.scope(DESIGN).areas
        scope = user.scope(VIEW)
        codes = {*design, *scope.areas}
        if scope.paired:
            codes |= set(
                apps.get_model("households", "Household")
                .objects.visible_to(user, VIEW)
                .order_by()
                .values_list("area_id", flat=True)
                .distinct()
            )
        above = {one for code in codes for one in codes_above(code)}
        held = within("area_code", codes) | Q(area_code__in=above)
        return self.filter((Q(published_at__isnull=False) & held) | within("area_code", design))

    def published(self):
        """Those that visits may be made by; drafts are not."""
        return self.filter(published_at__isnull=False)

    def for_place(self, area_code: str, year: int):
        """Published templates that hold at a place in a year, the one to use first: the nearest place's, the newest."""
        held = (
            self.published()
            .annotate(found_at=StrIndex(Value(area_code), "area_code"), reach=Length("area_code"))
            .filter(Q(area_code="") | Q(found_at=1), year_from__lte=year)
            .filter(Q(year_to__isnull=True) | Q(year_to__gte=year))
        )
        return held.filter(superseded_by__isnull=True).order_by("-reach", "-year_from", "-version", "-pk")


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Visits, of whatever day, to households that the user may see now."""
        return self.filter(household__in=_households(user, right))

    def under(self, area_code: str):
        """Of households that stand in a place or below it now, wherever they stood on the day; "": of all."""
        return self.filter(within("household__area_id", [area_code])) if area_code else self

    def standing(self):
        """Visits that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def counted(self):
        """Visits that count as made: not withdrawn, and not waiting (or turned away) because the household was not
        the sender's."""
        return self.standing().filter(Q(held="") | Q(held_taken=True))

    def held_open(self):
        """Visits to a household that was no longer the sender's, about which nobody has decided."""
        return self.standing().exclude(held="").filter(held_decided_at__isnull=True)

    def unsigned(self):
        """Visits that stand and that the household did not sign, or whose signed paper nobody can show."""
        return self.standing().filter(Q(signed=False) | paper_lost())

    def to_recheck(self):
        """Of those, which nobody has re-checked yet."""
        return self.unsigned().filter(recheck__isnull=True)

    def lacking_photos(self):
        """Visits whose photos have not all come; what was given up is not waited for."""
        return self.filter(photos_arrived__lt=F("photos_expected") - F("photos_given_up"))

    def between(self, first: date, last: date):
        """Visits made from one day to another, both inclusive."""
        return self.filter(happened_on__range=(first, last))


class VisitFactQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Facts of visits to households that the user may see now."""
        return self.filter(visit__household__in=_households(user, right))

    def undecided(self):
        """What waits in the inbox."""
        return self.filter(outcome__in=UNDECIDED, decided_at__isnull=True)


class VisitPhotoQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Photos of visits to households that the user may see now."""
        return self.filter(visit__household__in=_households(user, right))

    def flagged(self):
        """Photos of visits that stand with something odd about them that nobody has looked at."""
        return self.exclude(flags=[]).filter(looked_at__isnull=True, visit__withdrawn_at__isnull=True)

    def awaited(self):
        """Photos that have not come and still may: neither given up nor with another one in their place."""
        return self.filter(file__isnull=True, given_up_at__isnull=True, replacement__isnull=True)

    def unchecked(self):
        """Photos that have come and were not checked yet, oldest first."""
        return self.filter(file__isnull=False, checked_at__isnull=True).order_by("pk")
