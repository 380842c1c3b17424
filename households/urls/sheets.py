"""Addresses of visit templates and of printed comparison sheets."""

from django.urls import path

from households.views import sheet_typing, sheets, visit_templates

urlpatterns = [
    path("visit-templates/", visit_templates.templates, name="visit-templates"),
    path("visit-templates/new/", visit_templates.template_new, name="visit-template-new"),
    path("visit-templates/<int:pk>/", visit_templates.template, name="visit-template"),
    path("visit-templates/<int:pk>/edit/", visit_templates.template_edit, name="visit-template-edit"),
    path("visit-templates/<int:pk>/blocks/", visit_templates.template_blocks, name="visit-template-blocks"),
    path(
        "visit-templates/<int:pk>/blocks/<slug:key>/",
        visit_templates.template_block,
        name="visit-template-block",
    ),
    path(
        "visit-templates/<int:pk>/publish/", visit_templates.template_publish, name="visit-template-publish"
    ),
    path("visit-templates/<int:pk>/drop/", visit_templates.template_drop, name="visit-template-drop"),
    path(
        "visit-templates/<int:pk>/changes/", visit_templates.template_changes, name="visit-template-changes"
    ),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/village/<slug:code>/", sheets.sheets_new, name="sheets-new"),
    path("sheets/<int:pk>/", sheets.sheet_bundle, name="sheet-bundle"),
    path("sheets/<int:pk>/print/", sheets.sheets_print, name="sheets-print"),
    path("sheets/<int:pk>/withdraw/", sheets.sheets_withdraw, name="sheets-withdraw"),
    path("sheets/<int:pk>/next/", sheets.sheets_next, name="sheets-next"),
    path("sheet/<slug:code>/", sheet_typing.sheet, name="sheet"),
]
