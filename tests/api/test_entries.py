"""Cases of identification, 返贫 and 户清退 by the API: read by who works on them, nobody else."""

import pytest

from households.entries.services.refusing import Grounds, refuse
from tests.actors import VILLAGE_A
from tests.factories import entries as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make.Cast(VILLAGE_A)


def test_a_case_with_what_was_compared(ask, cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    [row] = ask(cast.officer).rows("entries/", state="compared", kind="identification", year=2018)
    assert (row["id"], row["area_code"], row["applied_on"]) == (case.pk, VILLAGE_A, "2018-05-03")
    assert (row["house_safe"], row["refusal"], len(row["comparisons"])) == (None, None, 7)
    assert ask(cast.officer).rows("entries/", state="done") == []
    assert ask(cast.officer).rows("entries/", year=2017) == []


def test_a_refused_case_with_its_paper(ask, cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    grounds = Grounds("收入高于标准", "工作方案 第二条", "县扶贫办", "鸭园镇人民政府")
    refuse(case, grounds, make.decision(cast.officer, make.CHECKED))
    told = ask(cast.clerk).get(f"entries/{case.pk}/").json()
    assert (told["state"], told["refusal"]["title"]) == ("refused", "告知〔2018〕1号")
    assert told["refusal"]["delivered_on"] is None


def test_a_stranger_gets_nothing(ask, cast, stranger, bureau_officer):
    case = make.make_case(cast)
    assert ask(stranger("township_officer")).get(f"entries/{case.pk}/").status_code == 404
    assert ask(stranger("county_reviewer")).rows("entries/") == []
    assert ask(bureau_officer).get("entries/").status_code == 403
