"""Addresses of students, their teachers and schools."""

from django.urls import path

from households.students.views import lists, schools, student

urlpatterns = [
    path("students/", lists.students_list, name="students"),
    path("students/<int:pk>/", student.student, name="student"),
    path("students/<int:pk>/pair/", student.student_pair, name="student-pair"),
    path("students/pairings/<int:pk>/change/", student.teaching_change, name="student-change"),
    path("students/pairings/<int:pk>/end/", student.teaching_end, name="student-end"),
    path("students/pairings/<int:pk>/withdraw/", student.teaching_withdraw, name="student-withdraw"),
    path("students/pairings/<int:pk>/acts/", student.teaching_act, name="student-act"),
    path("students/acts/<int:pk>/withdraw/", student.act_withdraw, name="student-act-withdraw"),
    path("schools/", schools.schools, name="schools"),
    path("schools/new/", schools.school_new, name="school-new"),
    path("schools/<int:pk>/", schools.school, name="school"),
    path("schools/<int:pk>/name/", schools.school_rename, name="school-rename"),
    path("schools/<int:pk>/close/", schools.school_close, name="school-close"),
    path("schools/<int:pk>/head/", schools.school_head, name="school-head"),
    path("schools/<int:pk>/teachers/", schools.teacher_new, name="teacher-new"),
    path("teachers/<int:pk>/", schools.teacher, name="teacher"),
    path("teachers/<int:pk>/edit/", schools.teacher_edit, name="teacher-edit"),
    path("teachers/<int:pk>/left/", schools.teacher_leave, name="teacher-left"),
]
