"""Addresses of papers of responsibility and trainings of cadres."""

from django.urls import path

from households.helping.views import papers, training

urlpatterns = [
    path("responsibilities/", papers.papers, name="responsibilities"),
    path("responsibilities/new/", papers.paper_new, name="responsibility-new"),
    path("responsibilities/agreement/", papers.agreement_new, name="agreement-new"),
    path("responsibilities/agreements/", papers.agreements_prepare, name="agreements-prepare"),
    path("responsibilities/<int:pk>/", papers.paper, name="responsibility"),
    path("responsibilities/<int:pk>/print/", papers.paper_print, name="responsibility-print"),
    path("responsibilities/<int:pk>/sign/", papers.paper_sign, name="responsibility-sign"),
    path("responsibilities/<int:pk>/correct/", papers.paper_correct, name="responsibility-correct"),
    path("responsibilities/<int:pk>/withdraw/", papers.paper_withdraw, name="responsibility-withdraw"),
    path("cadre-trainings/", training.trainings, name="cadre-trainings"),
    path("cadre-trainings/new/", training.training_new, name="cadre-training-new"),
    path("cadre-trainings/<int:pk>/", training.training, name="cadre-training"),
    path("cadre-trainings/<int:pk>/people/", training.training_person, name="cadre-training-person"),
]
