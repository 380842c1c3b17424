"""Addresses of notices: for everybody, and the office's sheets, calendar and lateness."""

from django.urls import path

from poverty.notices.views import office, public

app_name = "notices"
urlpatterns = [
    path("", public.notice_counties, name="counties"),
    path("in/<str:code>/", public.notice_list, name="area"),
    path("<int:pk>/", public.notice_page, name="notice"),
    path("<int:pk>/list/<str:code>/", public.names, name="names"),
    path("<int:pk>/objection/", public.object_to, name="object"),
    path("received/<str:token>/", public.received, name="received"),
    path("<int:pk>/sheet/", office.sheet, name="sheet"),
    path("calendar/", office.calendar, name="calendar"),
    path("late/", office.late, name="late"),
]
