"""Questions about files: whose they are, what they belong to, who may see them."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from poverty.files import cases

# Between uploading and linking lies one form; after that an upload that was linked to nothing is nobody's
# business.
OWN_UPLOAD_FOR = timedelta(days=1)


class StoredFileQuerySet(QuerySet):
    def visible_to(self, user):
        """Files linked to a case that the user sees, and the user's own uploads of today that are not
        linked yet.

        Without the right file.view: none.
        """
        return self._visible(user, cases.registered())

    def one_visible_to(self, user, pk):
        """The file of this number, if `visible_to` holds it; as a queryset of one or none.

        Who sees what differs with every kind of case, and asking for all of them takes longer than finding out first
        of which kinds this file's cases are: nearly always one.
        """
        open_links = self._links.open().filter(file__in=self.filter(pk=pk)).order_by()
        kinds = set(open_links.values_list("case_type", flat=True).distinct())
        return self.filter(pk=pk)._visible(
            user, [one for one in cases.registered() if one.case_type in kinds]
        )

    @property
    def _links(self):
        return self.model._meta.get_field("links").related_model.objects

    def _visible(self, user, kinds):
        if not user.has_right("file.view"):
            return self.none()
        uploads = self.model._meta.get_field("uploads").related_model
        linked_since = self._links.filter(file=OuterRef("file"), linked_by=user, at__gte=OuterRef("at"))
        own = uploads.objects.filter(file=OuterRef("pk"), by=user, at__gt=Now() - OWN_UPLOAD_FOR)
        condition = Q(Exists(own.exclude(Exists(linked_since))))
        for found in kinds:
            condition |= Q(
                Exists(
                    self._links.open().filter(
                        file=OuterRef("pk"),
                        case_type=found.case_type,
                        case_id__in=found.rows(user).order_by().values("pk"),
                    )
                )
            )
        return self.filter(condition)

    def awaiting_picture(self):
        """Images whose pictures have not been made, oldest first."""
        return self.filter(picture="pending").order_by("pk")


class FileLinkQuerySet(QuerySet):
    def open(self):
        """Links that have not been taken back."""
        return self.filter(removed_at__isnull=True)

    def of(self, case_type, case_id, role=None):
        """Open links of one case, oldest first; of one role, if given."""
        links = self.open().filter(case_type=case_type, case_id=case_id)
        if role:
            links = links.filter(role=role)
        return links.select_related("file").order_by("pk")

    def visible_to(self, user, *case_types):
        """Open links whose case the user sees; of these types of case only, where some are named (what a page does not
        show need not be asked). Without the right file.view: none.
        """
        if not user.has_right("file.view"):
            return self.none()
        condition = Q(pk__in=[])
        for found in cases.registered():
            if case_types and found.case_type not in case_types:
                continue
            # Not IN: for the few links of a page PostgreSQL would gather all cases of a county first.
            seen = found.rows(user).order_by().filter(pk=OuterRef("case_id"))
            condition |= Q(Exists(seen), case_type=found.case_type)
        return self.open().filter(condition)
