"""Addresses of the list of households."""

from django.urls import path

from households.views import listing, today

urlpatterns = [
    path("", listing.household_list, name="list"),
    path("count/", listing.household_count, name="count"),
    path("figures/", today.place_figures, name="figures"),
    path("find/", listing.find, name="find"),
]
