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
        if not user.has_right("file.view"):
            return self.none()
        links = self.model._meta.get_field("links").related_model
        uploads = self.model._meta.get_field("uploads").related_model
        linked_since = links.objects.filter(file=OuterRef("file"), linked_by=user, at__gte=OuterRef("at"))
        own = uploads.objects.filter(file=OuterRef("pk"), by=user, at__gt=Now() - OWN_UPLOAD_FOR)
        condition = Q(Exists(own.exclude(Exists(linked_since))))
        for found in cases.registered():
            condition |= Q(
                Exists(
                    links.objects.open().filter(
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

    def visible_to(self, user):
        """Open links whose case the user sees. Without the right file.view: none."""
        if not user.has_right("file.view"):
            return self.none()
        condition = Q(pk__in=[])
        for found in cases.registered():
            condition |= Q(case_type=found.case_type, case_id__in=found.rows(user).order_by().values("pk"))
        return self.open().filter(condition)
