"""Questions about the log: who may read which entry, and what belongs to one case."""

from django.db.models import Q, QuerySet

from poverty.sql.prefix import within

# Entries about accounts, postings and signing in: all that an administrator may read.
ACCOUNTS = "accounts."


class EntryQuerySet(QuerySet):
    def visible_to(self, user):
        """Entries of the user's area; by accounts_audit.view only those about accounts and signing in.

        An entry without a place (a sign-in with an unknown name) is seen only by who is posted for the
        country.
        """
        everything = within("area_code", user.scope("audit.view").areas)
        accounts = within("area_code", user.scope("accounts_audit.view").areas)
        return self.filter(everything | (accounts & Q(action__startswith=ACCOUNTS)))

    def for_case(self, case_type: str, case_id: int):
        """Everything done to one case, newest first. Whoever may see the case may see its story."""
        return self.filter(case_type=case_type, case_id=case_id).order_by("-id")
