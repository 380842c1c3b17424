"""Addresses of ledgers, subject by subject."""

from poverty.ledgers.urls import exporting, importing

app_name = "ledgers"
urlpatterns = [*exporting.urlpatterns, *importing.urlpatterns]
