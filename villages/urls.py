"""Addresses of villages."""

from django.urls import path

from villages.enterprises import views as enterprises
from villages.evaluations import views as evaluations
from villages.posts import views as posts
from villages.views import detail, exiting, facts, gaps, listing, village
from villages.workrooms import views as workrooms

app_name = "villages"
urlpatterns = [
    path("", listing.village_list, name="list"),
    path("gaps/", gaps.gaps, name="gaps"),
    path("list/", listing.put_on, name="put-on-list"),
    path("open/", listing.open_missing, name="open"),
    path("assess/", listing.assess, name="assess"),
    path("exits/", exiting.exits, name="exits"),
    path("exits/plan/", listing.plan, name="plan"),
    path("exits/notice/", exiting.notice, name="exit-notice"),
    path("exits/announce/", exiting.announcement, name="announce"),
    path("exits/<int:pk>/", exiting.exit_page, name="exit"),
    path("exits/<int:pk>/acceptance/", exiting.acceptance, name="acceptance"),
    path("exits/<int:pk>/certificate/", exiting.certificate, name="certificate"),
    path("exits/<int:pk>/sheet/<slug:stage>/", exiting.sheet, name="exit-sheet"),
    path("exits/<int:pk>/<slug:name>/", exiting.step, name="exit-step"),
    path("certificates/<int:pk>/withdraw/", exiting.certificate_withdraw, name="certificate-withdraw"),
    path("posts/", posts.table, name="posts"),
    path("posts/<int:pk>/change/", posts.post_change, name="post-change"),
    path("posts/<int:pk>/end/", posts.post_end, name="post-end"),
    path("posts/people/<int:pk>/", posts.person, name="post-person"),
    path("posts/units/<int:pk>/", posts.unit, name="post-unit"),
    path("posts/asked/", posts.templates, name="post-templates"),
    path("posts/asked/<int:pk>/end/", posts.template_end, name="post-template-end"),
    path("<int:pk>/posts/<slug:post>/", posts.post_new, name="post-new"),
    path("workrooms/", workrooms.workrooms, name="workrooms"),
    path("workrooms/<int:pk>/", workrooms.workroom, name="workroom"),
    path("workrooms/<int:pk>/edit/", workrooms.workroom_edit, name="workroom-edit"),
    path("workrooms/<int:pk>/staff/", workrooms.workroom_staff, name="workroom-staff"),
    path("workrooms/<int:pk>/funds/", workrooms.workroom_fund, name="workroom-fund"),
    path("workrooms/<int:pk>/end/", workrooms.workroom_end, name="workroom-end"),
    path(
        "workrooms/funds/<int:pk>/withdraw/",
        workrooms.workroom_fund_withdraw,
        name="workroom-fund-withdraw",
    ),
    path("<int:pk>/workroom/", workrooms.workroom_new, name="workroom-new"),
    path("evaluations/", evaluations.evaluations, name="evaluations"),
    path("evaluations/<int:pk>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/correct/", evaluations.evaluation_correct, name="evaluation-correct"),
    path("evaluations/<int:pk>/withdraw/", evaluations.evaluation_withdraw, name="evaluation-withdraw"),
    path(
        "<int:pk>/evaluations/<int:year>/<slug:period>/<int:person>/",
        evaluations.evaluation_new,
        name="evaluation-new",
    ),
    path("agreements/", enterprises.agreements, name="agreements"),
    path("agreements/<int:pk>/", enterprises.agreement, name="agreement"),
    path("agreements/<int:pk>/scan/", enterprises.agreement_scan, name="agreement-scan"),
    path("agreements/<int:pk>/end/", enterprises.agreement_end, name="agreement-end"),
    path("agreements/<int:pk>/<int:year>/", enterprises.agreement_result, name="agreement-result"),
    path(
        "agreements/results/<int:pk>/withdraw/",
        enterprises.agreement_result_withdraw,
        name="agreement-result-withdraw",
    ),
    path("posts/<int:pk>/agreement/", enterprises.agreement_new, name="agreement-new"),
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/edit/", village.edit, name="edit"),
    path("<int:pk>/<int:year>/", facts.facts, name="facts"),
    path("<int:pk>/<int:year>/start/", facts.year_start, name="year-start"),
]
