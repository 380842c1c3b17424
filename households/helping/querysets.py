"""Named questions about responsibility documents and training of cadres. Every page begins with visible_to."""

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from households.options.responsibility_kinds import AGREEMENT
from poverty.sql.prefix import within


class ResponsibilityQuerySet(models.QuerySet):
    """Papers, corrected ones too."""

    def visible_to(self, user, right: str = "responsibility.view"):
        """Of places where the user holds the right; of households by where they stand now, a helper's his own."""
        # Resolved through the registry, since models import this module.
        households = apps.get_model("households", "Household").objects.visible_to(user, right)
        places = within("area_id", user.scope(right).areas) & Q(household__isnull=True)
        return self.filter(places | Q(household__in=households.values("pk")))

    def current(self):
        """Neither replaced nor withdrawn."""
        return self.filter(is_current=True)

    def unsigned(self):
        """Without the signature of one side or of both."""
        return self.filter(Q(signed_on__isnull=True) | Q(other_signed_on__isnull=True))

    def overtaken_on(self, day: date):
        """Agreements of households whose helper of the paper helps them no more: never signed, they are to be withdrawn."""
        pairings = apps.get_model("households", "Pairing").objects.open_on(day)
        still = pairings.filter(household=OuterRef("household"), helper=OuterRef("person"))
        return self.filter(~Exists(still), kind=AGREEMENT)

    def signed(self):
        """Signed by both sides."""
        return self.filter(signed_on__isnull=False, other_signed_on__isnull=False)


class CadreTrainingQuerySet(models.QuerySet):
    """Trainings of cadres."""

    def visible_to(self, user, right: str = "post.view"):
        """Trainings that places of the user held."""
        return self.filter(within("area_id", user.scope(right).areas))
