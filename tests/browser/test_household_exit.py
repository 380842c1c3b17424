"""The whole exit of one list of households in a browser, by the people whose steps they are, from plan to mark.

The village's clerk, its first secretary, the township's officer, four bureaus, two reviewers of the county. Each
signs in on the day of the step and finds his work from the page of the village; nothing is done but through pages.
"""

from datetime import date

import pytest
from django.db import transaction

from households.models import ExitCase, Household
from poverty.files.services import link
from poverty.review.models import Roster, RosterEntry, Step
from tests.browser.steps import after, fill, refused, submit
from tests.factories.exits import BUREAUS, Walk
from tests.factories.files import jpeg
from tests.factories.households import VILLAGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VILLAGE_PAGE = f"/households/exits/villages/{VILLAGE}/?year=2018"
NAMES = ("王建国", "王建军")
# Every step with the level whose it is, as the 溯源单 tells them.
STEPS = (
    "列入预退出计划", "测算比对", "民主评议通过", "村级核实", "农户认可", "乡镇核查通过", "县级审核", "领导小组审定", "公告",
    "报市备案", "系统标注",
)  # fmt: skip


@pytest.fixture
def walk(clock):
    """Two households that are met, and everybody who has a part in their exit."""
    with transaction.atomic():
        return Walk(count=2)


def step_of(page, word):
    """From the page of the village to the page of a step of its list."""
    page.goto(VILLAGE_PAGE)
    page.locator(".next-steps a").filter(has_text=word).click()
    page.locator("form[method=post] .save-bar").wait_for()


def upload(page, name):
    """The scanned paper that belongs to the step."""
    paper = {"name": "扫描件.jpg", "mimeType": "image/jpeg", "buffer": jpeg((640, 480))}
    page.set_input_files(f"#id_{name}", paper)


def meeting(page, chair, **more):
    """The meeting's own fields. Who chaired it decided: no name stands on two sides of a case."""
    fill(page, chair=chair, place="会议室", due=24, present=20, **more)


def states() -> set[str]:
    return set(ExitCase.objects.values_list("state", flat=True))


def test_a_list_of_households_from_plan_to_mark(walk, on, faults):
    village(walk, on, faults)
    township(walk, on, faults)
    county(walk, on)
    sheet(walk, on)


def village(walk, on, faults):
    """Plan, comparison by the bureaus, calculation and list, appraisal, verification, signature, first notice."""
    with on(date(2018, 12, 1), walk.clerk) as page:
        page.goto(VILLAGE_PAGE)
        page.locator(".page-head, main").get_by_role("link", name="列入预退出计划").first.click()
        for name in NAMES:
            page.get_by_role("checkbox", name=name).check()
        submit(page, "列入2018年度计划", "已列入2018年度预退出计划 2 户")
        page.get_by_text("教育部门、医保部门、住建部门、水利部门还没有比对认定").nth(1).wait_for()
    for bureau in BUREAUS:
        with on(date(2018, 12, 2), walk.bureaus[bureau]) as page:
            page.goto("/households/exits/compare/?year=2018")
            submit(page, "提交比对结果", "已比对：无异常 2 户，有异常 0 户")
    with on(date(2018, 12, 3), walk.clerk) as page:
        page.goto(VILLAGE_PAGE)
        submit(page, "完成测算比对", "已完成测算比对 2 户")
        submit(page, "造册，提交民主评议", "已造册：第1批")
    with on(date(2018, 12, 5), walk.clerk) as page:
        step_of(page, "民主评议")
        meeting(page, "赵主任")
        for case in walk.cases:
            prefix = f"case{case.pk}-"
            fill(page, **{f"{prefix}votes_for": 18, f"{prefix}votes_against": 1, f"{prefix}abstained": 1})
        upload(page, "minutes")
        submit(page, "提交民主评议", "会议已定稿：通过 2 户，未通过 0 户")
        # Who proposed the households does not verify them.
        step_of(page, "村级核实")
        fill(page, team="赵主任、周文书")
        upload(page, "sheet")
        refused(page, "提交村级核实", "由他人办理", faults)
        assert states() == {"appraised"}
    with on(date(2018, 12, 6), walk.secretary) as page:
        step_of(page, "村级核实")
        fill(page, team="李书记、赵主任")
        upload(page, "sheet")
        submit(page, "提交村级核实", "已核实 2 户")
    with on(date(2018, 12, 7), walk.clerk) as page:
        step_of(page, "农户签字")
        upload(page, "scan")
        for case in walk.cases:
            page.locator(f"#id_case{case.pk}-word label").filter(has_text="认可").first.click()
        submit(page, "提交农户认可", "认可 2 户，不认可 0 户")
    with on(date(2018, 12, 8), walk.clerk) as page:
        step_of(page, "张贴第一次公示")
        fill(page, place="村务公开栏", publisher="二道沟村民委员会", contact="鸭园镇扶贫办 0435-1234567")
        submit(page, "登记张贴", "公示到 2018-12-14")


def township(walk, on, faults):
    """Check of every household after the first notice, not a day before; second notice."""
    with on(date(2018, 12, 14), walk.township) as page:
        step_of(page, "乡镇核查")
        fill(page, team="陈专干、吴核查、郑核查")
        # Who must wait stands apart with the reason, so nobody is ticked.
        refused(page, "提交乡镇核查", "请先勾选要办理的户", faults)
        page.get_by_text("2018-12-15 起才能办理").first.wait_for()
        assert page.input_value("#id_team") == "陈专干、吴核查、郑核查"
        assert states() == {"agreed"}
    with on(after("first"), walk.township) as page:
        step_of(page, "乡镇核查")
        fill(page, team="陈专干、吴核查、郑核查")
        upload(page, "sheet")
        submit(page, "提交乡镇核查", "核查通过 2 户，退回 0 户")
        step_of(page, "张贴第二次公示")
        fill(page, place="镇政府公开栏", publisher="鸭园镇人民政府")
        submit(page, "登记张贴", "公示到 2018-12-21")


def county(walk, on):
    """Review after the second notice, decision by another person, announcement, filing, mark."""
    with on(after("second"), walk.reviewer) as page:
        link(walk.scan(walk.reviewer), Roster.objects.get(), role="review_sheet", actor=walk.reviewer)
        # The list leads to the desk, where each household is opened before it is passed.
        page.goto(VILLAGE_PAGE)
        page.locator(".next-steps a").filter(has_text="县级审核").click()
        page.get_by_role("link", name="从头办理").click()
        for name in NAMES:
            page.wait_for_load_state("networkidle")  # that it was opened is noted
            page.get_by_role("button", name="审核通过").click()
            page.get_by_text(f"已审核通过{name}户").wait_for()
    with on(date(2018, 12, 25), walk.recorder) as page:
        page.goto("/households/exits/decide/?year=2018")
        meeting(page, "冯组长", document_number="二扶组发〔2018〕12号")
        upload(page, "minutes")
        submit(page, "录入审定结果", "领导小组已审定 2 户")
    with on(date(2018, 12, 26), walk.recorder) as page:
        step_of(page, "公告")
        fill(
            page,
            place="各村村务公开栏",
            publisher="二道江区扶贫开发领导小组",
            contact="区扶贫办 0435-7654321",
        )
        submit(page, "提交退出公告", "已公告 2 户，到 2018-12-30 期满")
    with on(after("announcement"), walk.recorder) as page:
        step_of(page, "备案")
        fill(page, document_name="二扶组报〔2018〕3号")
        submit(page, "提交报市备案", "已备案 2 户")
        step_of(page, "系统标注")
        fill(page, document_name="二扶组发〔2018〕12号")
        submit(page, "提交系统标注", "已标注 2 户脱贫")


def sheet(walk, on):
    """What is there at the end: the household has exited with its document, the sheet tells every step."""
    assert states() == {"marked"}
    assert set(Household.objects.values_list("status", "exit_year")) == {("exited", 2018)}
    assert not RosterEntry.objects.standing().exists()
    with on(date(2019, 1, 3), walk.reviewer) as page:
        page.goto(f"/households/{walk.households[0].pk}/?tab=story")
        page.get_by_text("脱贫").first.wait_for()
        page.get_by_text("二扶组发〔2018〕12号").first.wait_for()
        page.goto(f"/households/exits/cases/{walk.case().pk}/")
        page.get_by_role("link", name="溯源单").click()
        heads = page.locator(".card-head h2")
        heads.nth(len(STEPS) - 1).wait_for()
        told = [text.split("　")[1].split(" ")[0] for text in heads.all_inner_texts() if "　" in text]
        assert told == list(STEPS)
        for name in ("周文书", "李书记", "陈专干", "孙审核", "钱录入"):
            assert page.get_by_text(name).first.is_visible()
    steps = Step.objects.filter(case_id=walk.case().pk, case_type="households.exitcase")
    assert not steps.exclude(late_reason="").exists()
