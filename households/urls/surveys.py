"""Addresses of the facts of a year."""

from django.urls import path

from households.views import income, member_surveys, sector, surveys

urlpatterns = [
    path("<int:pk>/<int:year>/start/", surveys.survey_start, name="survey-start"),
    path("<int:pk>/<int:year>/facts/", surveys.survey_edit, name="survey-edit"),
    path("<int:pk>/<int:year>/income/", income.income_edit, name="income-edit"),
    path("<int:pk>/<int:year>/members/", member_surveys.members_survey, name="members-survey"),
    path("<int:pk>/<int:year>/sector/", sector.sector_edit, name="sector-edit"),
    path("persons/<int:pk>/<int:year>/facts/", member_surveys.member_survey_edit, name="member-survey-edit"),
]
