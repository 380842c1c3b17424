"""What cases that go a way on lists are asked alike, of one and of many: each rule names those that may not go on."""

from collections.abc import Callable

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from poverty.review.models import Meeting, MeetingItem, Notice, RosterEntry

Many = Callable[[QuerySet], dict[int, str]]


def told(cases: QuerySet, text: str) -> dict[int, str]:
    """The same words for all of these cases, by primary key."""
    return dict.fromkeys(cases.order_by().values_list("pk", flat=True), text)


def first_of(*rules: Many) -> Many:
    """These rules as one: of each case the first that it does not meet."""

    def many(cases: QuerySet) -> dict[int, str]:
        found: dict[int, str] = {}
        for rule in rules:
            for pk, text in rule(cases).items():
                found.setdefault(pk, text)
        return found

    return many


def each(*rules: Many) -> dict:
    """The arguments of a Transition: these rules for one case, which hears of all, and for many."""

    def one(case: Model) -> list[str]:
        row = type(case).objects.filter(pk=case.pk)
        return [text for rule in rules for text in rule(row).values()]

    return {"precondition": one, "precondition_many": first_of(*rules)}


def refused_by(case_type: str, kind: str) -> Many:
    """The last closed meeting of this kind in this round refused the case."""
    label = Meeting.Kind(kind).label

    def rule(cases: QuerySet) -> dict[int, str]:
        items = MeetingItem.objects.filter(
            case_type=case_type,
            case_id=OuterRef("pk"),
            pk__gt=OuterRef("said_before"),
            meeting__kind=kind,
            meeting__closed_at__isnull=False,
        ).order_by("-pk")
        last = cases.annotate(said=Subquery(items.values("agreed")[:1]))
        wrong = last.filter(Q(said__isnull=True) | Q(said=True))
        return told(wrong, f"{label}没有否决该户，不能按评议未通过办理。")

    return rule


def posted(case_type: str, kind: str) -> Many:
    """The list of the case hangs, or hung, as this kind of notice."""

    def rule(cases: QuerySet) -> dict[int, str]:
        notices = Notice.objects.standing().filter(kind=kind)
        listed = RosterEntry.objects.standing().filter(
            case_type=case_type, case_id=OuterRef("pk"), roster__in=notices.values("roster")
        )
        return told(cases.filter(~Exists(listed)), f"还没有张贴{Notice.Kind(kind).label}。")

    return rule
