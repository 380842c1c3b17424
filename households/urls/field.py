"""Addresses of the phone pages. The worker stands at the root: a browser lets it serve only what lies below it."""

from django.urls import path

from households.views import field

app_name = "field"
urlpatterns = [
    path("sw.js", field.worker, name="worker"),
    path("field/", field.shell, name="shell"),
    path("field/app.webmanifest", field.manifest, name="manifest"),
]
