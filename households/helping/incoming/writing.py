"""Writing what a workbook of helpers says: people and postings, pairings that end, pairings that begin. Set-based."""

from datetime import date

from households.helping.incoming.planning import Plan
from households.models import Pairing
from poverty.accounts.models import Posting, Role, User
from poverty.audit.services import record_rows
from poverty.fields.pinyin import initials, sort_key
from poverty.ledgers.models import Import, Outcome

_REASON = 200


def write(imported: Import, plans: list[Plan], *, actor, today: date) -> dict[str, int]:
    """Write the plans that apply, all or none; counts by words. Inside the transaction of the import."""
    plans = [one for one in plans if one.applies and one.outcome in (Outcome.NEW, Outcome.CHANGED)]
    document = f"帮扶责任人名册（{imported.file_name}，导入{imported.pk}）"[:200]
    people = _put_on_record(plans, actor)
    filled = _fill(plans, actor)
    posted = _post(plans, people, document, actor, today)
    ended = _end(plans, document, actor)
    begun = _begin(plans, people, document, actor)
    return {
        "登记人员": len(people),
        "补填人员信息": filled,
        "安排任职": posted,
        "终止结对": ended,
        "新增结对": begun,
    }


def _put_on_record(plans: list[Plan], actor) -> dict[object, User]:
    """People who are not on record yet, each once, without account; by what their rows call them."""
    found: dict[object, User] = {}
    for one in plans:
        if one.person is None and one.begins and one.who not in found:
            found[one.who] = _new(one)
    User.objects.bulk_create(found.values(), batch_size=2_000)
    record_rows(
        "accounts.user.create", ({"obj": user, "summary": user.name} for user in found.values()), actor=actor
    )
    return found


def _new(one: Plan) -> User:
    cells, values = one.staged.cells, one.staged.cells.values
    user = User(
        is_active=False,
        name=values["name"],
        unit=one.unit,
        pinyin=sort_key(values["name"]),
        initials=initials(values["name"]),
        sex=values.get("sex", ""),
        political_status=values.get("political_status", ""),
        education=values.get("education", ""),
        rank=values.get("rank", ""),
        position=values.get("position", "")[:60],
        skills=values.get("skills", []),
        is_resident_team=values.get("is_resident_team"),
    )
    _number(user, one)
    if cells.phone is not None:
        user.phone, user.phone_hash = cells.phone.reveal(), one.staged.phone_hash
    user.set_unusable_password()
    return user


def _number(user: User, one: Plan) -> None:
    cells = one.staged.cells
    if cells.identity is None or one.staged.identity_hash is None:
        return
    user.identity, user.identity_hash = cells.identity.reveal(), one.staged.identity_hash
    user.identity_last4_hash = cells.identity_last4_hash
    user.identity_faults = cells.values.get("identity_faults", [])
    user.document_type = cells.values.get("document_type", user.document_type)


def _fill(plans: list[Plan], actor) -> int:
    """What was empty about people on record."""
    changed: dict[int, User] = {}
    told: dict[int, set[str]] = {}
    for one in plans:
        if one.person is None or not one.fills:
            continue
        user = changed.setdefault(one.person.pk, one.person)
        for key, value in one.fills.items():
            if key == "phone":
                user.phone, user.phone_hash = one.staged.cells.phone.reveal(), one.staged.phone_hash
            elif key == "identity":
                _number(user, one)
            else:
                setattr(user, key, value)
            told.setdefault(user.pk, set()).add(key)
    fields = [
        *("sex", "political_status", "education", "position", "is_resident_team", "skills", "rank"),
        *("phone", "phone_hash", "identity", "identity_hash", "identity_last4_hash", "identity_faults"),
        "document_type",
    ]
    User.objects.bulk_update(changed.values(), fields, batch_size=500)
    record_rows(
        "accounts.user.update",
        (
            {"obj": user, "summary": f"{user.name}：名册导入补填 {len(told[user.pk])} 项"}
            for user in changed.values()
        ),
        actor=actor,
    )
    return len(changed)


def _post(plans: list[Plan], people: dict, document: str, actor, today: date) -> int:
    """A posting as helper for whoever has none today and no account: it makes him a helper and opens nothing."""
    first: dict[object, Plan] = {}
    for one in plans:
        if one.begins and (one.who not in first or one.since < first[one.who].since):
            first[one.who] = one
    known = [who for who in first if isinstance(who, int)]
    posted = set(
        Posting.objects.open_on(today).filter(role=Role.HELPER, user__in=known).values_list("user", flat=True)
    )
    before = set(Posting.objects.filter(role=Role.HELPER, user__in=known).values_list("user", flat=True))
    rows = [
        Posting(
            user=people.get(who) or one.person,
            role=Role.HELPER,
            area=one.household.area,
            unit=one.unit,
            title=(one.value("position") or "帮扶责任人")[:60],
            # Who was posted before is posted again from today: the days between are not known.
            valid_from=today if who in before else one.since,
            document=document,
        )
        for who, one in first.items()
        if who not in posted
    ]
    Posting.objects.bulk_create(rows, batch_size=2_000)
    record_rows(
        "accounts.posting.add",
        (
            {
                "obj": row,
                "summary": f"{row.user.name}：{row.area.name} {row.get_role_display()}",
                "changes": {"role": [None, row.role], "area": [None, row.area_id]},
            }
            for row in rows
        ),
        actor=actor,
    )
    return len(rows)


def _end(plans: list[Plan], document: str, actor) -> int:
    """Pairings that end; a pairing that this very workbook began has nothing to end."""
    ended = [one for one in plans if one.ends is not None]
    for one in ended:
        row = one.ends
        row.valid_to = one.ends_on
        row.reason = (f"由{one.value('name')}接任" if one.begins else "名册登记终止")[:_REASON]
        row.document = document
    Pairing.objects.bulk_update(
        [one.ends for one in ended], ["valid_to", "reason", "document"], batch_size=500
    )
    record_rows(
        "households.pairing.end",
        (
            {
                "obj": one.household,
                "changes": {"helper": [one.ends.helper.name, None]},
                "summary": f"终止结对：{one.ends.helper.name}，{one.ends_on}起，{one.ends.reason}",
            }
            for one in ended
        ),
        actor=actor,
    )
    return len(ended)


def _begin(plans: list[Plan], people: dict, document: str, actor) -> int:
    rows = [
        (
            one,
            Pairing(
                household=one.household,
                helper=people.get(one.who) or one.person,
                order=one.order,
                valid_from=one.since,
                valid_to=one.until,
                reason="名册登记终止" if one.until else "",
                document=document,
            ),
        )
        for one in plans
        if one.begins
    ]
    Pairing.objects.bulk_create([row for _, row in rows], batch_size=2_000)
    record_rows(
        "households.pairing.pair",
        (
            {
                "obj": one.household,
                "changes": {"helper": [None, row.helper.name]},
                "summary": f"结对：{row.helper.name}（{row.get_order_display()}），{row.valid_from}起",
            }
            for one, row in rows
        ),
        actor=actor,
    )
    return len(rows)
