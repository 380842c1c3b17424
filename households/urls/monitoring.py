"""Addresses of monitoring: clues, rounds, cases, objects of monitoring, meetings, regimes."""

from django.urls import path

from households.views.monitoring import analysis, cases, clues, lists, rounds, watched

urlpatterns = [
    path("clues/", clues.clues, name="clues"),
    path("clues/new/", clues.clue_new, name="clue-new"),
    path("clues/<int:pk>/", clues.clue, name="clue"),
    path("clues/<int:pk>/answer/", clues.clue_answer, name="clue-answer"),
    path("clues/<int:pk>/household/", clues.clue_link, name="clue-link"),
    path("clues/<int:pk>/reopen/", clues.clue_reopen, name="clue-reopen"),
    path("clues/<int:pk>/case/", clues.clue_case, name="clue-case"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.round_new, name="round-new"),
    path("rounds/<int:pk>/", rounds.round_page, name="round"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path("rounds/<int:pk>/<str:code>/", rounds.round_village, name="round-village"),
    path("rounds/<int:pk>/<str:code>/phones/", rounds.round_phones, name="round-phones"),
    path("monitoring/", watched.watched, name="watched"),
    path("monitoring/<int:pk>/", watched.watched_one, name="watched-one"),
    path("monitoring/<int:pk>/removal/", watched.removal, name="watched-removal"),
    path("monitoring/<int:pk>/state/<slug:action>/", watched.state, name="watched-state"),
    path("monitoring/cases/", cases.cases, name="monitoring-cases"),
    path("monitoring/cases/appraisal/", lists.appraisal, name="monitoring-appraise"),
    path("monitoring/cases/notice/", lists.notice, name="monitoring-notice"),
    path("monitoring/cases/together/", lists.together, name="monitoring-together"),
    path("monitoring/cases/announcement/", lists.announcement, name="monitoring-announce"),
    path("monitoring/cases/comparisons/", cases.comparisons, name="monitoring-comparisons"),
    path("monitoring/cases/<int:pk>/", cases.case, name="monitoring-case"),
    path("monitoring/cases/<int:pk>/visit/", cases.visit, name="monitoring-visit"),
    path("monitoring/cases/<int:pk>/compare/", cases.compare, name="monitoring-compare"),
    path("monitoring/cases/<int:pk>/measure/", cases.measure, name="monitoring-measure"),
    path("monitoring/cases/<int:pk>/step/<str:name>/", cases.step, name="monitoring-step"),
    path("monitoring/analyses/", analysis.analyses, name="analyses"),
    path("monitoring/analyses/new/", analysis.analysis_new, name="analysis-new"),
    path("monitoring/analyses/<int:pk>/", analysis.analysis, name="analysis"),
    path("monitoring/regimes/", analysis.regimes, name="regimes"),
    path("monitoring/regimes/<slug:regime>/", analysis.regime_turn, name="regime-turn"),
]
