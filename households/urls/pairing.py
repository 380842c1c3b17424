"""Addresses of helpers and households."""

from django.urls import path

from households.helping.views import overview
from households.views import pairing

urlpatterns = [
    path("pairing/", pairing.pairing, name="pairing"),
    path("pairing/grid/", overview.grid, name="pairing-grid"),
    path("pairing/units/", overview.units, name="pairing-units"),
    path("pairing/units/<int:pk>/", overview.unit, name="pairing-unit"),
    path("pairing/ratio/", overview.ratios, name="pairing-ratio"),
    path("pairing/<int:pk>/end/", pairing.pairing_end, name="pairing-end"),
    path("pairing/<int:pk>/transfer/", pairing.pairing_transfer, name="pairing-transfer"),
    path("helpers/<int:pk>/", pairing.helper, name="helper"),
    path("<int:pk>/pair/", pairing.pair_household, name="pair"),
]
