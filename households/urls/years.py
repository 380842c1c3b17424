"""Addresses of the years of a county."""

from django.urls import path

from households.views import years

urlpatterns = [
    path("years/", years.years, name="years"),
    path("years/open/", years.year_open, name="year-open"),
    path("years/<int:pk>/close/", years.year_close, name="year-close"),
    path("years/<int:pk>/reopen/", years.year_reopen, name="year-reopen"),
]
