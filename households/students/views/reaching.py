"""What the pages of students have in common: their tabs, and getting a row that the person may see, or 404."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from households.models import Membership, School, Teacher, TeacherPairing
from households.students.querysets import EDIT, VIEW, areas_of
from households.students.rows import GONE, UNFILLED, WITH, WITHOUT, student_of
from poverty.web.addresses import query_with

_LISTS = (
    (WITHOUT, "没有教师的学生"),
    (WITH, "有教师的学生"),
    (UNFILLED, "在校情况不明"),
    (GONE, "不在校仍结对"),
    ("figures", "按地方和学校"),
)


def tabs(request, active: str, counts: dict[str, int] | None = None) -> list[tuple]:
    """(label, address, count, active) of the pages of students, same place and year; schools for who sees any."""
    here, counts = reverse("households:students"), counts or {}
    same = partial(query_with, request.GET, page=None, school=None)
    pages = [(key, label, here + same(tab=key)) for key, label in _LISTS]
    if areas_of(request.user):
        pages.append(("schools", "学校和教师", reverse("households:schools") + same(tab=None)))
    return [(label, url, counts.get(key), key == active) for key, label, url in pages]


def student_for(user, pk: int, right: str = VIEW) -> Membership:
    """The present membership of a person whose household the user sees."""
    found = student_of(user, pk, right)
    if found is None:
        raise Http404
    return found


def pairing_for(user, pk: int, right: str = EDIT) -> TeacherPairing:
    """A pairing that the user may act upon."""
    rows = TeacherPairing.objects.visible_to(user, right) & TeacherPairing.objects.visible_to(user)
    return get_object_or_404(rows.select_related("member__household", "teacher__school"), pk=pk)


def school_for(user, pk: int, *, keeps: bool = False) -> School:
    """A school of the user's county; `keeps`: one that he may change."""
    rows = School.objects.kept_by(user) if keeps else School.objects.visible_to(user)
    return get_object_or_404(rows.select_related("area"), pk=pk)


def teacher_for(user, pk: int, *, keeps: bool = False) -> Teacher:
    """A teacher of such a school."""
    rows = School.objects.kept_by(user) if keeps else School.objects.visible_to(user)
    teachers = Teacher.objects.select_related("school__area").filter(school__in=rows.values("pk"))
    return get_object_or_404(teachers, pk=pk)
