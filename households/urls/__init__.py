"""Addresses of the register, subject by subject."""

from households.urls import (
    archive,
    changes,
    checks,
    desk,
    detail,
    entries,
    exits,
    listing,
    monitoring,
    national,
    pairing,
    persons,
    requests,
    runs,
    settlements,
    standards,
    surveys,
    years,
)

app_name = "households"
urlpatterns = [
    *archive.urlpatterns,
    *listing.urlpatterns,
    *changes.urlpatterns,
    *entries.urlpatterns,
    *checks.urlpatterns,
    *exits.urlpatterns,
    *monitoring.urlpatterns,
    *desk.urlpatterns,
    *national.urlpatterns,
    *pairing.urlpatterns,
    *persons.urlpatterns,
    *requests.urlpatterns,
    *surveys.urlpatterns,
    *years.urlpatterns,
    *runs.urlpatterns,
    *standards.urlpatterns,
    *settlements.urlpatterns,
    *detail.urlpatterns,
]
