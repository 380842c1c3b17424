"""Addresses of the list of households."""

from django.urls import path

from households.views import adopting, listing, numbers, today

urlpatterns = [
    path("", listing.household_list, name="list"),
    path("count/", listing.household_count, name="count"),
    path("figures/", today.place_figures, name="figures"),
    path("numbers/", numbers.reveal_page, name="reveal-list"),
    path("adopt/", adopting.adopt_list, name="adopt-list"),
    path("find/", listing.find, name="find"),
]
