"""Addresses of lists, meetings, notices, objections, and of the 溯源单."""

from django.urls import path

from poverty.review.views import meetings, notices, objections, rosters, trace

app_name = "review"
urlpatterns = [
    path("rosters/", rosters.roster_list, name="rosters"),
    path("rosters/<int:pk>/", rosters.roster_page, name="roster"),
    path("rosters/<int:pk>/cases/<int:case_id>/leave/", rosters.roster_leave, name="roster-leave"),
    path("rosters/<int:roster>/meetings/<slug:kind>/", meetings.meeting_enter, name="meeting-enter"),
    path("rosters/<int:roster>/notices/", notices.notice_post, name="notice-post"),
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/<int:pk>/", meetings.meeting_page, name="meeting"),
    path("meetings/<int:pk>/change/", meetings.meeting_change, name="meeting-change"),
    path("meetings/<int:pk>/close/", meetings.meeting_close, name="meeting-close"),
    path("notices/", notices.calendar, name="notices"),
    path("notices/<int:pk>/", notices.notice_page, name="notice"),
    path("notices/<int:pk>/correct/", notices.notice_correct, name="notice-correct"),
    path("notices/<int:pk>/down/", notices.notice_down, name="notice-down"),
    path("notices/<int:pk>/withdraw/", notices.notice_withdraw, name="notice-withdraw"),
    path("notices/<int:notice>/objections/", objections.objection_enter, name="objection-enter"),
    path("objections/", objections.objection_list, name="objections"),
    path("objections/<int:pk>/", objections.objection_page, name="objection"),
    path("objections/<int:pk>/receipt/", objections.objection_receipt, name="objection-receipt"),
    path("objections/<int:pk>/point/", objections.objection_point, name="objection-point"),
    path("objections/<int:pk>/settle/", objections.objection_settle, name="objection-settle"),
    path("trace/<str:case_type>/<int:case_id>/", trace.trace_page, name="trace"),
]
