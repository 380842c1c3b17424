"""Addresses of the county review desk."""

from django.urls import path

from households.views.desk import cases, lists, queues

urlpatterns = [
    path("desk/", queues.desk, name="desk"),
    path("desk/next/", queues.following_case, name="desk-next"),
    path("desk/workload/", queues.workload, name="desk-workload"),
    path("desk/standing/", queues.standing_out, name="desk-standing"),
    path("desk/<int:pk>/", cases.case, name="desk-case"),
    path("desk/<int:pk>/look/", cases.look, name="desk-look"),
    path("desk/<int:pk>/approve/", cases.approve, name="desk-approve"),
    path("desk/<int:pk>/return/", cases.give_back, name="desk-return"),
    path("desk/looks/<int:pk>/", cases.stay_open, name="desk-stay"),
    path("desk/lists/<slug:place>/", lists.place_list, name="desk-list"),
    path("desk/lists/<slug:place>/draw/", lists.draw, name="desk-draw"),
    path("desk/draws/<int:pk>/", lists.drawn, name="desk-drawn"),
    path("desk/draws/<int:pk>/decide/", lists.decide, name="desk-decide"),
]
