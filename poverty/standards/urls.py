"""Addresses of the standards."""

from django.urls import path

from poverty.standards.views import publishing, reading, writing

app_name = "standards"
urlpatterns = [
    path("", reading.standard_list, name="list"),
    path("where/", reading.where, name="where"),
    path("new/", writing.begin, name="begin"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/edit/", writing.edit, name="edit"),
    path("<int:pk>/correct/", writing.correct, name="correct"),
    path("<int:pk>/withdraw/", writing.withdraw, name="withdraw"),
    path("<int:pk>/publish/", publishing.confirm, name="publish"),
]
