"""政策覆盖: figures by policy, 五个全覆盖 by place, the list behind each number, and 逐一对照 of a household."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from households.benefits.coverage import (
    COUNTY_LENGTH,
    LISTS,
    coverage,
    five,
    is_by_sector,
    policies_for,
    rows_of,
)
from households.benefits.deadlines import due_terms
from households.benefits.entitlement import NO, UNKNOWN, WORDS, YES
from households.benefits.matching import match
from households.benefits.querysets import VIEW
from households.options.policy_options import FIVE_COVERAGES, MEMBER, POLICY_GROUPS, TERMS
from households.views.benefits.as_of import worked_out
from households.views.benefits.reaching import home_for, tabs
from poverty.areas.names import short_names
from poverty.web.chosen import chosen
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires

_BELOW = {6: 9, 9: 12, 12: 12}
_COLOURS = {YES: ("应享受", "blue"), UNKNOWN: ("待核实", "amber"), NO: ("不属于", "grey")}


@require_safe
@requires(VIEW)
def benefit_coverage(request):
    """Every policy in force at the chosen place: entitled, received, rate, who is without."""
    now = chosen(request)
    context = {"tabs": tabs(request, "policies"), "now": now, "wide": len(now.area_code) < COUNTY_LENGTH}
    if not context["wide"]:
        found = coverage(request.user, now.area_code, now.year, length=len(now.area_code))
        context |= {
            "five": () if is_by_sector(request.user, now.area_code) else five(found),
            "groups": [
                (key, label, lines)
                for key, label in POLICY_GROUPS.choices
                if (lines := [(one, found.of(one)) for one in found.policies if one.group == key])
            ],
            "count": len(found.policies),
            **worked_out(request, found.as_of),
            "due": due_terms(request.user, now.area_code, now.year),
        }
    return render(request, "households/benefits/coverage.html", context)


@require_safe
@requires(VIEW)
def benefit_places(request):
    """五个全覆盖 by the places below the chosen one; the last line is their sum."""
    now = chosen(request)
    context = {"tabs": tabs(request, "five"), "now": now, "wide": len(now.area_code) < COUNTY_LENGTH}
    if not context["wide"]:
        policies = [
            one for one in policies_for(request.user, now.area_code, now.year) if one.group in FIVE_COVERAGES
        ]
        length = _BELOW[len(now.area_code)]
        found = coverage(request.user, now.area_code, now.year, length=length, policies=policies)
        names = short_names(found.places)
        context |= {
            "groups": [POLICY_GROUPS.label(key) for key in FIVE_COVERAGES],
            "lines": [
                (code, names.get(code, code), [(key, found.group(key, code)) for key in FIVE_COVERAGES])
                for code in sorted(found.places)
            ],
            "total": [found.group(key) for key in FIVE_COVERAGES],
            **worked_out(request, found.as_of),
        }
    return render(request, "households/benefits/places.html", context)


@require_safe
@requires(VIEW)
def benefit_list(request, code: str, what: str):
    """The households or members behind a number of a policy; with ?period= of one term."""
    now, period = chosen(request), request.GET.get("period", "")
    if len(now.area_code) < COUNTY_LENGTH:
        return redirect("households:benefit-coverage")  # which says to choose a county
    policies = {one.code: one for one in policies_for(request.user, now.area_code, now.year)}
    policy = policies.get(code)
    if policy is None or what not in LISTS or (period and period not in TERMS):
        raise Http404
    rows = rows_of(request.user, policy, now.area_code, now.year, what, period)
    by_member = policy.level == MEMBER
    rows = rows.select_related("household", "member") if by_member else rows
    area = "household__area_id" if by_member else "area_id"
    page = keyset_page(rows, order=((area, "asc"), ("id", "asc")), after=request.GET.get("page"), size=50)
    count, exact = count_up_to(rows, 10_000)
    homes = [one.household if by_member else one for one in page.rows]
    places = short_names(one.area_id for one in homes)
    context = {
        "now": now,
        "policy": policy,
        "what": what,
        "title": LISTS[what],
        "lists": [
            (label, f"../{key}/{'?period=' + period if period else ''}", None, key == what)
            for key, label in LISTS.items()
        ],
        "period": TERMS.label(period),
        "page": page,
        "count": count,
        "exact": exact,
        "lines": [
            (home, places.get(home.area_id, ""), row.member.name if by_member else "", "")
            for home, row in zip(homes, page.rows, strict=True)
        ],
        "by_member": by_member,
        "may_record": request.user.scope("benefit.record").covers(now.area_code, policy.sector),
    }
    return render(request, "households/benefits/list.html", context)


@require_safe
@requires(VIEW)
def household_policies(request, pk: int):
    """政策逐一对照 of a household: each policy with yes, no or not known, why, and what was received."""
    household, now = home_for(request.user, pk), chosen(request)
    found = match(request.user, household, now.year)
    lines = found or []
    wanted = request.GET.get("show", "")
    kept = {
        "without": [one for one in lines if any(row.is_without for row in one.rows)],
        "received": [one for one in lines if one.received],
        "unknown": [
            one for one in lines if any(row.state == UNKNOWN and not row.benefits for row in one.rows)
        ],
        "yes": [one for one in lines if one.state == YES],
    }
    labels = (
        ("", "全部", lines),
        ("yes", "应享受", kept["yes"]),
        ("received", "已享受", kept["received"]),
        ("without", "应享受未享受", kept["without"]),
        ("unknown", "待核实", kept["unknown"]),
    )
    shown = kept.get(wanted, lines)
    context = {
        "household": household,
        "now": now,
        "asked": found is not None,
        "count": len(lines),
        "tabs": [(label, f"?show={key}", len(rows), key == wanted) for key, label, rows in labels],
        "groups": [
            (label, own)
            for key, label in POLICY_GROUPS.choices
            if (own := [(one, *_COLOURS[one.state]) for one in shown if one.policy.group == key])
        ],
        "total": sum((one.amount for one in lines), 0),
        "words": WORDS,
        "scope": request.user.scope("benefit.record"),
        "may_record": request.user.scope("benefit.record").covers(household.area_id),
    }
    return render(request, "households/benefits/household.html", context)
