"""Addresses of the facts that households inherit from their natural village or group."""

from django.urls import path

from households.views import settlements

urlpatterns = [
    path("settlements/<int:pk>/<str:fact>/", settlements.settlement_fact, name="settlement-fact"),
]
