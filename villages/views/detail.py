"""The page of a village: one row per indicator with the number behind it, and the households behind the number."""

from django.db.models import F
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from households.disclosure import whole_to
from households.models import CountyYear, Household
from poverty.accounts.phones import seen_phone
from poverty.audit.models import Entry
from poverty.fields.states import LABELS
from poverty.web.chosen import chosen
from poverty.web.rights import requires
from villages.enterprises.standing import lines, without_agreement
from villages.exit_page import cards_of
from villages.explain import Explanation, explain
from villages.fact_words import blocks_of
from villages.incidence import leaving, poor_households
from villages.indicators import label_of
from villages.models import EnterpriseAgreement, ExitCase, Village, VillagePost
from villages.posts.standing import standings
from villages.views.fetching import village_for
from villages.workrooms.standing import standings as workrooms

STORY = 50


def _basics(request, found: Explanation) -> dict:
    village = found.village
    return {
        "listings": list(village.listings.order_by("-valid_from")),
        "attributes": list(village.attributes.order_by("-valid_from")),
        "settlements": village.area.settlements.filter(valid_to__isnull=True).count(),
        "phone": seen_phone(request.user, village.leader_phone, village.area_id),
    }


def _facts(request, found: Explanation) -> dict:
    return {"blocks": blocks_of(found.facts) if found.facts else []}


def _indicators(request, found: Explanation) -> dict:
    return {}


def _gaps(request, found: Explanation) -> dict:
    return {"gaps": found.gaps}


def _poor(request, found: Explanation) -> dict:
    """Both lists behind the incidence: who is poor now, and who of them exits with this batch."""
    here = poor_households().filter(area_id=found.village.area_id)
    seen = here.filter(whole_to(request.user)) & Household.objects.visible_to(request.user)
    rows = seen.order_by("head_name", "pk")
    exits = leaving(found.year)
    return {
        "staying": list(rows.exclude(exits)),
        "leaving": list(rows.filter(exits)),
        "hidden": here.count() - rows.count(),
    }


def _exit(request, found: Explanation) -> dict:
    cases = ExitCase.objects.filter(village=found.village.pk).select_related("village__area")
    return {"exits": cards_of(request.user, list(cases))}


def _posts(request, found: Explanation) -> dict:
    """五个一 and everybody beside them, the empty ones shown; who was there before."""
    village = found.village
    standing = standings([village])[0]
    may = village.ended_on is None and request.user.has_right_at("post.edit", village.area_id)
    past = village.posts.filter(valid_to__lte=timezone.localdate()).exclude(valid_to=F("valid_from"))
    return {
        "standing": standing,
        "may_post": may,
        "others_shown": may or any(one.rows or one.least for one in standing.others),
        "past": list(past.select_related("person", "unit").order_by("-valid_to", "-pk")[:STORY]),
        **_beside_posts(request.user, village, chosen(request).year),
    }


def _beside_posts(user, village: Village, year: int) -> dict:
    """The village's workroom, and the agreements of the enterprises that help it."""
    agreements = EnterpriseAgreement.objects.visible_to(user).filter(post__village=village.pk).in_year(year)
    posts = VillagePost.objects.visible_to(user).filter(village=village.pk)
    return {
        "workroom": workrooms([village], year)[0],
        "agreements": lines(agreements, year),
        "bare_firms": list(without_agreement(posts)),
    }


def _history(request, found: Explanation) -> dict:
    village = found.village
    changes = [
        {
            "at": one.at,
            "title": f"{one.year}年度判定 {_word(one.verdict_before)} → {_word(one.verdict_after)}",
            "text": "；".join(
                f"{label_of(code.removesuffix('_after'))}{'（本批退出后）' if code.endswith('_after') else ''} "
                f"{_word(was)} → {_word(now)}"
                for code, (was, now) in one.indicators.items()
            ),
            "colour": "blue",
        }
        for one in village.changes.all()[:STORY]
    ]
    entries = Entry.objects.filter(
        case_type="villages.village", case_id=village.pk, action__in=_TOLD
    ).select_related("actor")
    told = [
        {
            "at": one.at,
            "title": _TOLD[one.action],
            "text": one.summary,
            "who": one.actor.name if one.actor else "系统",
            "colour": "grey",
        }
        for one in entries.order_by("-pk")[:STORY]
    ]
    events = sorted([*changes, *told], key=lambda one: one["at"], reverse=True)
    return {"events": events[:STORY]}


_TOLD = {
    "villages.village.list_village": "列入贫困村名单",
    "villages.village.exit_village": "出列",
    "villages.village.adopt_village_exit": "带入出列",
    "villages.village.update": "修改基本信息",
    "villages.post.fill": "安排帮扶力量",
    "villages.post.end": "终止帮扶力量",
    "villages.workroom.open": "登记扶贫工作室",
    "villages.workroom.end": "撤销扶贫工作室",
    "villages.workroom.staff": "安排工作室人员",
    "villages.workroom.update": "修改工作室电话和备注",
    "villages.workroom.fund": "登记工作室经费",
    "villages.workroom.fund_withdraw": "撤回工作室经费",
    "villages.year.start": "开始年度信息",
    "villages.year.save": "保存年度信息",
}


def _word(state: int | None) -> str:
    return "未判定" if state is None else LABELS[state]


# tab -> (label, what it shows)
TABS = {
    "basics": ("基本信息", _basics),
    "facts": ("年度信息", _facts),
    "indicators": ("指标", _indicators),
    "gaps": ("差距", _gaps),
    "poor": ("贫困人口", _poor),
    "posts": ("五个一", _posts),
    "exit": ("出列", _exit),
    "history": ("历史", _history),
}


@require_safe
@requires("village.view")
def detail(request, pk: int):
    """A village in the chosen year: its head and one tab."""
    village = village_for(request.user, pk)
    year = chosen(request).year
    tab = request.GET.get("tab", "indicators")
    if tab not in TABS:
        raise Http404
    found = explain(village, year)
    county = CountyYear.objects.filter(area_id=village.area_id[:6], year=year).first()
    open_year = county is not None and county.state == CountyYear.State.OPEN
    place = village.area_id
    user = request.user
    may_fill = open_year and village.ended_on is None
    context = {
        "village": village,
        "year": year,
        "found": found,
        "tab": tab,
        "tabs": _tabs(village, year, tab, found),
        "part": f"villages/_{tab}.html",
        "may_edit": village.ended_on is None and user.has_right_at("village.edit", place),
        "may_fill": may_fill
        and (user.has_right_at("village.edit", place) or bool(user.scope("sector.edit").sectors_at(place))),
        "open_year": open_year,
        **TABS[tab][1](request, found),
    }
    return render(request, "villages/detail.html", context)


def _tabs(village: Village, year: int, active: str, found: Explanation) -> list[tuple]:
    """(label, address, count, whether active) for web/tabs.html."""
    path = f"{reverse('villages:detail', args=[village.pk])}?year={year}"
    counts = {"gaps": len(found.gaps) or None, "poor": found.poor_persons or None}
    return [
        (label, f"{path}&tab={name}", counts.get(name), name == active) for name, (label, _) in TABS.items()
    ]
