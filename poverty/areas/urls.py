"""Addresses of the tree, of areas and of settlements."""

from django.urls import path, re_path

from poverty.areas import views

app_name = "areas"
CODE = r"(?P<code>[0-9]{2,12})"
urlpatterns = [
    path("", views.area_tree, name="tree"),
    re_path(rf"^{CODE}/$", views.area, name="area"),
    re_path(rf"^{CODE}/branch/$", views.branch, name="branch"),
    re_path(rf"^{CODE}/settlements/add/$", views.settlement_add, name="settlement-add"),
    path("settlements/<int:pk>/", views.settlement, name="settlement"),
    path("settlements/<int:pk>/change/", views.settlement_change, name="settlement-change"),
    path("settlements/<int:pk>/close/", views.settlement_close, name="settlement-close"),
]
