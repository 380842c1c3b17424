"""Django's changelist of households as most people would register it; only for comparison, everybody may read."""

from django.contrib.admin import AdminSite, ModelAdmin

from households.models import Household


class OpenSite(AdminSite):
    """Who is signed in may look."""

    def has_permission(self, request):
        return request.user.is_authenticated


class HouseholdAdmin(ModelAdmin):
    """The columns, filters and search fields that our own list has, as far as the admin knows them."""

    list_display = ("household_no", "head_name", "area", "size", "kind", "status", "main_cause")
    list_filter = ("state", "kind", "status", "main_cause", "assessments__verdict")
    search_fields = ("head_name", "head_initials", "household_no")
    list_select_related = ("area",)
    list_per_page = 50
    ordering = ("area", "id")

    def has_module_permission(self, request):
        return True

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


SITE = OpenSite(name="bench-admin")
SITE.register(Household, HouseholdAdmin)
