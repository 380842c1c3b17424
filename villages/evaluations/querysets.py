"""Named questions about evaluations. Every page begins with visible_to."""

from django.db import models
from django.db.models import Q

from poverty.sql.prefix import within


class EvaluationQuerySet(models.QuerySet):
    """How teams and their members were assessed."""

    def visible_to(self, user, right: str = "evaluation.view"):
        """Of the villages where the user holds the right, and his own."""
        return self.there(user, right) | self.filter(Q(person=user.pk))

    def there(self, user, right: str):
        """Of the villages where the user holds the right."""
        return self.filter(within("village__area_id", user.scope(right).areas))

    def current(self):
        """Neither corrected nor withdrawn."""
        return self.filter(is_current=True)
