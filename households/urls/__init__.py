"""Addresses of the register, subject by subject."""

from households.urls import (
    changes,
    detail,
    listing,
    pairing,
    persons,
    runs,
    settlements,
    standards,
    surveys,
    years,
)

app_name = "households"
urlpatterns = [
    *listing.urlpatterns,
    *changes.urlpatterns,
    *pairing.urlpatterns,
    *persons.urlpatterns,
    *surveys.urlpatterns,
    *years.urlpatterns,
    *runs.urlpatterns,
    *standards.urlpatterns,
    *settlements.urlpatterns,
    *detail.urlpatterns,
]
