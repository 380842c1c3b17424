"""The whole exit of one village in a browser, by the people whose steps they are, from the list to the mark.

The county's two reviewers, the village's clerk, four bureaus, the township's officer. Each signs in on the day of the
step; nothing is done but through pages. What is not so is refused on the way: a clinic that is not there, a bureau that
has not certified, a notice that still hangs, the same person twice.
"""

from datetime import date

import pytest
from django.db import transaction

from poverty.accounts.models import Role
from poverty.accounts.options.sectors import SECTORS
from poverty.review.models import FrozenCopy, Notice, RosterEntry, Step
from tests.actors import VILLAGE_A
from tests.browser.steps import after, fill, refused, submit
from tests.factories.accounts import make_posting, make_user
from tests.factories.areas import make_area
from tests.factories.files import jpeg
from tests.factories.households import make_household
from tests.factories.villages import ROWS, make_village, make_village_standard, make_village_year
from tests.villages.path import People
from villages.models import ExitCase, Village

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "二道沟村"
BUREAUS = ("agriculture", "transport", "water", "health")
# Every step, as the 溯源单 tells them.
STEPS = (
    "列入出列计划", "自查达标", "乡镇审核通过", "县级核查通过", "市级验收通过", "公告出列", "系统标注",
)  # fmt: skip


@pytest.fixture
def village(clock):
    """A village with its file, on no list yet; last year it had no clinic. One household of two is poor."""
    with transaction.atomic():
        make_area(VILLAGE_A, NAME)
        row = make_village(VILLAGE_A, status="")
        make_village_year(row, 2017, clinics=0, doctors=0)
        make_household(VILLAGE_A, members=[{"name": "李秀英", "relation": "spouse"}], survey=False)
        make_village_standard()
    return row


@pytest.fixture
def who(village):
    """Everybody who has a part in the exit."""

    def person(name, role, area, **fields):
        return make_posting(make_user(name), role, area, **fields).user

    county = VILLAGE_A[:6]
    with transaction.atomic():
        return People(
            clerk=person("周文书", Role.VILLAGE_CLERK, VILLAGE_A),
            officer=person("陈专干", Role.TOWNSHIP_OFFICER, VILLAGE_A[:9]),
            reviewer=person("孙审核", Role.COUNTY_REVIEWER, county),
            second=person("钱录入", Role.COUNTY_REVIEWER, county),
            bureaus={
                one: person(f"{SECTORS.label(one)}干部", Role.BUREAU_OFFICER, county, sector=one)
                for one in BUREAUS
            },
        )


def open_exit(page):
    """The page of the exit, where everybody finds his step."""
    page.goto(f"/villages/exits/{ExitCase.objects.get().pk}/")


def step_of(page, word):
    """From the page of the exit to the page of a step."""
    open_exit(page)
    page.locator(".page-actions").get_by_role("link", name=word).click()
    page.locator("form[method=post] .save-bar").wait_for()


def all_reached(page, team, **more):
    """Every row of a sheet looked at and reached."""
    rows = page.locator("fieldset[id^=id_item-]")
    assert rows.count() == len(ROWS)
    for row in rows.all():
        row.locator("label.option").first.click()
    fill(page, team=team, **more)


def state() -> str:
    return ExitCase.objects.get().state


def test_a_village_from_the_list_to_the_mark(village, who, on, faults):
    plan(who, on)
    facts(village, who, on, faults)
    certificates(who, on)
    township(who, on, faults)
    county(who, on, faults)
    city(who, on, faults)
    mark(who, on)
    told(village, who, on)


def plan(who, on):
    """The county puts the village on the list of poor villages, and on the year's plan of exits."""
    with on(date(2018, 12, 1), who.reviewer) as page:
        page.goto("/villages/?year=2018")
        page.get_by_role("link", name="列入名单").click()
        page.get_by_role("checkbox", name=NAME).check()
        page.select_option("#id_level", label="省级贫困村")
        fill(
            page,
            happened_on="2014-05-01",
            document_name="省级贫困村名单",
            late_reason="系统启用时集中录入",
        )
        submit(page, "列入名单", "已列入贫困村名单")
        page.get_by_role("link", name="列入出列计划").click()
        page.get_by_role("checkbox", name=NAME).check()
        fill(page, document_name="二脱贫办〔2018〕3号减贫计划")
        submit(page, "列入出列计划", "已列入2018年度出列计划")
    assert state() == "planned"


def facts(village, who, on, faults):
    """The clerk fills in the year, sees what is lacking, and cannot declare it away; the bureau puts it right."""
    with on(date(2018, 12, 2), who.clerk) as page:
        page.goto(f"/villages/{village.pk}/?year=2018")
        page.get_by_role("button", name="开始2018年度信息").click()
        page.get_by_text("2018年度信息已开始，沿用上年").wait_for()
        fill(
            page,
            households=300,
            population=1000,
            agricultural_population=950,
            agricultural_population_source="公安户籍年报",
            collective_income="52000",
            unsafe_water_households=6,
        )
        submit(page, "保存并判定", "还差：卫生室。")
        page.locator(".tabs").get_by_role("link", name="差距").click()
        gap = page.locator(".gap-list li")
        gap.first.wait_for()
        assert gap.count() == 1
        assert "卫生室" in gap.inner_text()
        assert "未达标" in gap.inner_text()
        step_of(page, "填写村级自查表")
        all_reached(page, "周文书、赵主任")
        refused(
            page, "保存村级自查表", "系统判定未达标（按本批计划退出户退出后计算）：卫生室未达标。", faults
        )
        assert page.input_value("#id_team") == "周文书、赵主任"
        assert state() == "planned"
    with on(date(2018, 12, 3), who.bureaus["health"]) as page:
        page.goto(f"/villages/{village.pk}/?year=2018")
        page.get_by_role("link", name="填写年度信息").click()
        # A bureau is asked for its own facts alone.
        fill(page, clinics=1, doctors=1)
        assert page.locator("#id_collective_income").count() == 0
        submit(page, "保存并判定", "现在判定：达标。")
    with on(date(2018, 12, 4), who.clerk) as page:
        step_of(page, "填写村级自查表")
        all_reached(page, "周文书、赵主任", opinion="各项均已达到")
        submit(page, "保存村级自查表", "自查达标。等乡镇审核")


def certify(page, sector):
    step_of(page, "录入行业部门证明")
    page.locator("#id_certified label.option").filter(has_text="认定达标").click()
    fill(page, document_name="行业部门认定表", signed_by="孙局长")
    submit(page, "保存证明", f"已录入{SECTORS.label(sector)}部门证明")


def certificates(who, on):
    """Three of the four bureaus certify."""
    for sector in ("agriculture", "transport", "health"):
        with on(date(2018, 12, 4), who.bureaus[sector]) as page:
            certify(page, sector)


def township(who, on, faults):
    """Review when the last bureau has certified, not before; the notice."""
    with on(date(2018, 12, 5), who.officer) as page:
        step_of(page, "填写乡镇审核表")
        all_reached(page, "陈专干、吴核查")
        refused(page, "保存乡镇审核表", "还缺行业部门证明：水利。", faults)
        assert state() == "selfchecked"
    with on(date(2018, 12, 5), who.bureaus["water"]) as page:
        certify(page, "water")
    with on(date(2018, 12, 6), who.officer) as page:
        step_of(page, "填写乡镇审核表")
        all_reached(page, "陈专干、吴核查")
        submit(page, "保存乡镇审核表", "乡镇审核通过。等乡镇公示期满")
        step_of(page, "张贴乡镇公示")
        fill(
            page,
            place="镇政府公示栏",
            publisher="鸭园镇人民政府",
            contact="镇扶贫办 0435-1234567",
        )
        submit(page, "张贴乡镇公示", "已张贴，2018-12-06 至 2018-12-12")


def county(who, on, faults):
    """Check on the spot, not on the last day of the notice but after it."""
    with on(Notice.objects.get(kind="second").last_day, who.reviewer) as page:
        step_of(page, "填写县级核查表")
        all_reached(page, "孙审核、李干部、王干部")
        refused(page, "保存县级核查表", "2018-12-13 起才能办理", faults)
        assert state() == "reviewed"
    with on(after("second"), who.reviewer) as page:
        step_of(page, "填写县级核查表")
        all_reached(page, "孙审核、李干部、王干部", opinion="同意提请市级验收")
        submit(page, "保存县级核查表", "县级核查通过。等市级验收")
        # Who checked for the county does not enter what the city says.
        text = page.get_by_text("不能“填写市级验收表”").inner_text()
        assert "孙审核已办理本轮县级核实，不能再办理本环节，请由他人办理。" in text
        assert page.get_by_role("link", name="填写市级验收表").count() == 0


def city(who, on, faults):
    """The city's acceptance, entered from its paper by the other of the county; the announcement."""
    with on(date(2018, 12, 15), who.second) as page:
        step_of(page, "填写市级验收表")
        all_reached(page, "市验收组", decided_by_name="郑组长", document_name="通市脱贫办〔2018〕21号验收表")
        refused(page, "保存市级验收表", "缺少验收表扫描件，请先上传。", faults)
        paper = {"name": "扫描件.jpg", "mimeType": "image/jpeg", "buffer": jpeg((640, 480))}
        page.set_input_files("#id_scan", paper)
        submit(page, "保存市级验收表", "市级验收通过。等县扶贫办公告")
    accepted = Step.objects.get(transition="accept_village")
    assert (accepted.decided_by, accepted.decided_by_name, accepted.recorded_by) == (
        None,
        "郑组长",
        who.second,
    )
    with on(date(2018, 12, 16), who.second) as page:
        step_of(page, "公告出列")
        fill(
            page,
            place="各乡镇公示栏",
            publisher="二道江区脱贫攻坚领导小组",
            contact="区扶贫办 0435-7654321",
            document_name="二脱贫办〔2018〕9号",
        )
        submit(page, "公告出列", "已张贴，2018-12-16 至 2018-12-20")


def mark(who, on):
    """After the announcement the county marks the village."""
    with on(after("announcement"), who.reviewer) as page:
        step_of(page, "系统标注")
        fill(page, document_name="二脱贫办〔2018〕9号")
        submit(page, "系统标注", "已办理“系统标注”")
        page.locator(".card-head h2").filter(has_text="已出列").wait_for()


def told(village, who, on):
    """What is there at the end: the village has exited with its document, the sheet tells every step."""
    row = Village.objects.get(pk=village.pk)
    assert (state(), row.status, row.exit_year, row.exited_on) == (
        "marked",
        "exited",
        2018,
        date(2018, 12, 21),
    )
    assert row.listings.get().exit_document_name == "二脱贫办〔2018〕9号"
    assert not RosterEntry.objects.standing().exists()
    kept = FrozenCopy.objects.order_by("step_id").values_list("step__transition", flat=True)
    assert list(kept) == ["check_village", "accept_village"]
    with on(date(2018, 12, 22), who.clerk) as page:
        page.goto(f"/villages/{village.pk}/?year=2018")
        page.locator(".case-head").get_by_text("2018年出列").wait_for()
        open_exit(page)
        page.get_by_role("link", name="溯源单").click()
        heads = page.locator(".card-head h2")
        heads.nth(len(STEPS) - 1).wait_for()
        said = [text.split("　")[1].split(" ")[0] for text in heads.all_inner_texts() if "　" in text]
        assert said == list(STEPS)
        for name in ("周文书", "陈专干", "孙审核", "郑组长", "钱录入"):
            assert page.get_by_text(name).first.is_visible()
    steps = Step.objects.of_case("villages.exitcase", ExitCase.objects.get().pk)
    assert not steps.exclude(late_reason="").exists()
