"""Addresses of one household."""

from django.urls import path

from households.views import detail, personal

urlpatterns = [
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/numbers/", personal.reveal, name="reveal"),
]
