"""Addresses of ledgers and their exports."""

from django.urls import path

from poverty.ledgers.views import exporting, ledgers

urlpatterns = [
    path("", ledgers.ledger_list, name="list"),
    path("exports/", exporting.exports, name="exports"),
    path("exports/<int:pk>/", exporting.exported, name="exported"),
    path("exports/<int:pk>/file/", exporting.download, name="export-file"),
    path("verify/", exporting.verifying, name="verify"),
    path("of/<slug:name>/", ledgers.ledger, name="ledger"),
    path("of/<slug:name>/count/", ledgers.ledger_count, name="ledger-count"),
    path("of/<slug:name>/export/", exporting.export, name="export"),
]
