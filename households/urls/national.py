"""Addresses of what is to be typed into the national system."""

from django.urls import path

from households.views import national

urlpatterns = [
    path("national/", national.national, name="national"),
    path("national/typed/", national.national_typed, name="national-typed"),
    path("national/upload/", national.national_upload, name="national-upload"),
]
