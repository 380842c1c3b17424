"""Addresses of helpers and households."""

from django.urls import path

from households.views import pairing

urlpatterns = [
    path("pairing/", pairing.pairing, name="pairing"),
    path("pairing/<int:pk>/end/", pairing.pairing_end, name="pairing-end"),
    path("pairing/<int:pk>/transfer/", pairing.pairing_transfer, name="pairing-transfer"),
    path("helpers/<int:pk>/", pairing.helper, name="helper"),
    path("<int:pk>/pair/", pairing.pair_household, name="pair"),
]
