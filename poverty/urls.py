"""Every address of the system, wired in one place."""

from django.urls import include, path

urlpatterns: list = [
    path("", include("poverty.web.urls")),
]

handler400 = "poverty.web.errors.bad_request"
handler403 = "poverty.web.errors.forbidden"
handler404 = "poverty.web.errors.not_found"
handler500 = "poverty.web.errors.server_error"
