"""Who is who by account name and password. Rights come from postings, not from Django's permissions."""

from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """Sign-in by name and password; an inactive account is nobody, on every request.

    An unknown name costs one password hashing too (ModelBackend does it), so that time tells nothing.
    """

    def get_user_permissions(self, user_obj, obj=None):
        """Nothing: Django's permissions are not used."""
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        """Nothing: there are no groups."""
        return set()

    def get_all_permissions(self, user_obj, obj=None):
        """Nothing: see rights.py."""
        return set()

    def has_perm(self, user_obj, perm, obj=None):
        """Nobody has a Django permission."""
        return False

    def has_module_perms(self, user_obj, app_label):
        """Nobody has a Django permission."""
        return False
