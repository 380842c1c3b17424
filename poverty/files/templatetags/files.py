"""`{% load files %}{% file_gallery household "house" %}`: the files of a case on its page."""

from django import template
from django.template.defaultfilters import filesizeformat

from poverty.files.galleries import gallery
from poverty.files.models import StoredFile

register = template.Library()


@register.inclusion_tag("files/_gallery.html", takes_context=True)
def file_gallery(context, case, role):
    """Photos as a grid, other files as a list, and the upload form for who may add some.

    `case` is a model instance whose type is registered in poverty.files.cases, `role` one of its roles. Draws
    nothing for a viewer who may not see the files of that case.
    """
    request = context["request"]
    case_type = case.audit_case()[0] if hasattr(case, "audit_case") else case._meta.label_lower
    return {"gallery": gallery(request.user, case_type, case.pk, role), "request": request}


@register.filter
def file_size(file: StoredFile) -> str:
    """Size in words: "1.2 MB"."""
    return filesizeformat(file.size)
