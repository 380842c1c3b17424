"""The timeline of a case: who decided, who typed, both times, late entry."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from poverty.review.services import fire, steps_of
from tests.review.cases import make_case

pytestmark = pytest.mark.django_db


def test_it_tells_who_decided_and_who_typed_and_marks_late_entry(village_clerk):
    case = make_case()
    paper_day = timezone.localdate() - timedelta(days=10)
    fire("open", case, actor=village_clerk, happened_on=paper_day, late_reason="山洪断路")
    fire(
        "propose",
        case,
        actor=village_clerk,
        decided_by_name="张德海",
        document_name="村民代表会议记录",
        comment="应到31人，实到25人，同意25票",
    )
    page = render_to_string("review/_steps.html", {"steps": steps_of("review_tests.case", case.pk)})
    first, second = page.split("</li>")[:2]
    assert f"{paper_day}" in first
    assert "补录" in first
    assert "山洪断路" in first
    assert "代录" not in first
    assert "提出" in second
    assert "办理 张德海，村级信息员 代录" in second
    assert "村民代表会议记录" in second
    assert "应到31人" in second
    assert "补录" not in second


def test_nothing_yet():
    assert "还没有办理记录" in render_to_string("review/_steps.html", {"steps": []})
