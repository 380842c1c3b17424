"""Addresses of identification, 返贫, 户清退 and of what moved on the register."""

from django.urls import path

from households.views import entries, entry_lists, entry_papers, entry_steps, movements

urlpatterns = [
    path("entries/", entries.entries, name="entries"),
    path("entries/new/", entries.apply_start, name="apply-start"),
    path("entries/appraise/", entry_steps.appraise, name="entry-appraise"),
    path("entries/act/<slug:tab>/", entry_steps.act, name="entries-act"),
    path("entries/lists/<int:pk>/", entry_lists.entry_list, name="entry-list"),
    path("entries/lists/<int:pk>/post/<slug:kind>/", entry_lists.entry_notice, name="entry-notice"),
    path("entries/sheets/<int:pk>/", entry_lists.entry_sheet, name="entry-sheet"),
    path("entries/<int:pk>/", entries.entry, name="entry"),
    path("entries/<int:pk>/authorise/", entries.entry_authorise, name="entry-authorise"),
    path("entries/<int:pk>/compare/", entry_steps.entry_compare, name="entry-compare"),
    path("entries/<int:pk>/refuse/", entry_steps.entry_refuse, name="entry-refuse"),
    path("entries/<int:pk>/return/", entry_steps.entry_return, name="entry-return"),
    path("entries/<int:pk>/withdraw/", entry_steps.entry_withdraw, name="entry-withdraw"),
    path("entries/<int:pk>/paper/", entry_papers.entry_paper, name="entry-paper"),
    path("entries/<int:pk>/deliver/", entry_papers.entry_deliver, name="entry-deliver"),
    path("entries/<int:pk>/application/", entry_papers.entry_application, name="entry-application"),
    path("movements/", movements.movements, name="movements"),
    path("movements/<slug:what>/", movements.movement_list, name="movement-list"),
    path("<int:pk>/apply/", entries.apply_household, name="apply-household"),
    path("<int:pk>/apply/<slug:kind>/", entries.apply_form, name="apply"),
]
