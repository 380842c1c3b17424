"""The product's addresses plus the style guide; used only by tests."""

from django.urls import include, path

from tests.web.styleguide import views

urlpatterns = [
    path("styleguide/form/", views.form_page, name="styleguide-form"),
    path("styleguide/list/", views.list_page, name="styleguide-list"),
    path("styleguide/case/", views.case_page, name="styleguide-case"),
    path("styleguide/progress/", views.progress),
    path("styleguide/403/", views.missing_right),
    path("styleguide/denied/", views.denied),
    path("styleguide/404/", views.missing),
    path("styleguide/500/", views.broken),
    path("api/styleguide/403/", views.missing_right),
    path("api/styleguide/500/", views.broken),
    path("", include("poverty.urls")),
]

handler400 = "poverty.web.errors.bad_request"
handler403 = "poverty.web.errors.forbidden"
handler404 = "poverty.web.errors.not_found"
handler500 = "poverty.web.errors.server_error"
