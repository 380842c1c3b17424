"""Addresses of gaps, needs, measures and plans."""

from django.urls import path, re_path

from households.views.gaps import gaps, labour, measures, needs, plans

urlpatterns = [
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/<int:pk>/", gaps.gap, name="gap"),
    path("gaps/responsibilities/", gaps.responsibilities, name="gap-responsibilities"),
    path("labour/", labour.labour, name="labour"),
    path("needs/", needs.needs, name="needs"),
    path("needs/new/", needs.need_new, name="need-new"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("needs/<int:pk>/answer/", needs.need_answer, name="need-answer"),
    path("needs/<int:pk>/told/", needs.need_told, name="need-told"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    re_path(
        r"^measures/(?P<pk>[0-9]{1,18})/(?P<name>begin|finish|cancel)/$",
        measures.measure_step,
        name="measure-step",
    ),
    path("<int:pk>/measures/new/", measures.measure_new, name="measure-new"),
    path("plans/", plans.plans, name="plans"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    re_path(
        r"^plans/(?P<pk>[0-9]{1,18})/sign/(?P<side>helper|household)/$", plans.plan_sign, name="plan-sign"
    ),
    path("<int:pk>/plan/", plans.plan_new, name="plan-new"),
]
