"""Addresses of households that move and the cadres who answer for them."""

from django.urls import path

from households.relocation import views

urlpatterns = [
    path("relocation/", views.relocation, name="relocation"),
    path("relocation/households/<int:pk>/", views.relocation_household, name="relocation-household"),
    path("relocation/households/<int:pk>/charge/", views.relocation_charge, name="relocation-charge"),
    path("relocation/<int:pk>/change/", views.relocation_change, name="relocation-change"),
    path("relocation/<int:pk>/end/", views.relocation_end, name="relocation-end"),
    path("relocation/<int:pk>/withdraw/", views.relocation_withdraw, name="relocation-withdraw"),
]
