"""Addresses of imports."""

from django.urls import path

from poverty.ledgers.views import importing

urlpatterns = [
    path("imports/", importing.imports, name="imports"),
    path("imports/new/", importing.import_new, name="import-new"),
    path("imports/<int:pk>/", importing.import_page, name="import"),
    path("imports/<int:pk>/rows/", importing.import_choose, name="import-choose"),
    path("imports/<int:pk>/apply/", importing.import_apply, name="import-apply"),
    path("imports/<int:pk>/again/", importing.import_again, name="import-again"),
    path("imports/<int:pk>/cancel/", importing.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/report/", importing.import_report, name="import-report"),
]
