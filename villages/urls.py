"""Addresses of villages."""

from django.urls import path

from villages.posts import views as posts
from villages.views import detail, exiting, facts, gaps, listing, village

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
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/edit/", village.edit, name="edit"),
    path("<int:pk>/<int:year>/", facts.facts, name="facts"),
    path("<int:pk>/<int:year>/start/", facts.year_start, name="year-start"),
]
