"""Addresses of persons, of corrections, and of where a household stands."""

from django.urls import path

from households.views import persons, positions

urlpatterns = [
    path("persons/<int:pk>/", persons.person, name="person"),
    path("persons/<int:pk>/edit/", persons.person_edit, name="person-edit"),
    path("<int:pk>/record/", persons.record_edit, name="record-edit"),
    path("<int:pk>/position/", positions.position, name="position"),
    path("<int:pk>/place/", positions.place, name="place"),
    path("<int:pk>/adopt/", positions.adopt, name="adopt"),
]
