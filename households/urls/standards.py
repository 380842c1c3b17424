"""Addresses of what a standard does to households."""

from django.urls import path

from households.views import standards

urlpatterns = [
    path("standards/<int:pk>/preview/", standards.standard_preview, name="standard-preview"),
    path("standards/<int:pk>/publish/", standards.standard_publish, name="standard-publish"),
    path("standards/<int:pk>/judging/", standards.standard_judging, name="standard-judging"),
]
