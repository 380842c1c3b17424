"""Every address of the system, wired in one place."""

from django.urls import include, path

from households.views.today import today

urlpatterns: list = [
    path("", today, name="home"),
    path("", include("poverty.web.urls")),
    path("", include("poverty.accounts.urls")),
    path("audit/", include("poverty.audit.urls")),
    path("areas/", include("poverty.areas.urls")),
    path("files/", include("poverty.files.urls")),
    path("jobs/", include("poverty.jobs.urls")),
    path("standards/", include("poverty.standards.urls")),
    path("parameters/", include("poverty.parameters.urls")),
    path("review/", include("poverty.review.urls")),
    path("notices/", include("poverty.notices.urls")),
    path("ledgers/", include("poverty.ledgers.urls")),
    path("households/", include("households.urls")),
    path("", include("households.urls.field")),
    path("villages/", include("villages.urls")),
    path("api/v1/", include("poverty.api")),
]

handler400 = "poverty.web.errors.bad_request"
handler403 = "poverty.web.errors.forbidden"
handler404 = "poverty.web.errors.not_found"
handler500 = "poverty.web.errors.server_error"
