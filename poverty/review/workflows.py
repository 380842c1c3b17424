"""Transition tables. The table is the documentation: rows stand in the order of the procedure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet

from poverty.review.levels import CHECKED_LANES, Lane, Level

# Returns None when the case may go on, else one message or several, in Chinese.
Precondition = Callable[[Any], str | Iterable[str] | None]
# The same question for many: the messages of those that may not go on, by primary key.
PreconditionMany = Callable[[QuerySet], Mapping[int, str]]
# What a decision on these cases rests on, by primary key: texts, numbers as texts, no personal numbers.
Freeze = Callable[[QuerySet], Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True)
class CaseLine:
    """How a case stands in a list, a minute or a sheet: 户主姓名, 村民小组, 家庭人口数. `persons` None: says nothing."""

    name: str
    group: str = ""
    persons: int | None = None


Lines = Callable[[QuerySet], Mapping[int, CaseLine]]


@dataclass(frozen=True)
class Replayed:
    """One requirement of a frozen copy, judged again: the stored value and result, and the result it gives now."""

    label: str
    required: str
    value: str
    stored: str
    now: str

    @property
    def same(self) -> bool:
        """Whether the frozen requirement still gives the frozen result for the frozen value."""
        return self.stored == self.now


@dataclass(frozen=True)
class Post:
    """When a list goes on the wall as a kind of notice: the state in which its cases must be by then, and the right and
    level of who posts it, corrects it and takes it back.

    `again`: states to which cases have come since, in which they hang once more when the sheet was taken back and is
    posted anew. `fits`: why cases in these states must not hang nevertheless (held, no longer met), by primary key.
    """

    state: str
    right: str
    level: str
    again: tuple[str, ...] = ()
    fits: PreconditionMany | None = None


# Judges the content of a frozen copy again, from nothing but itself, through the same lookups.
Replay = Callable[[Mapping[str, Any]], Iterable[Replayed]]

# Whether a case is a person's own by a right, beyond the places of his postings (a helper's household).
Own = Callable[[Any, str, Model], bool]


@dataclass(frozen=True)
class Transition:
    """One step of a procedure: from which states to which, by whom, and what it asks for.

    `sources` None: the case is new; its row was inserted with `target` in the same transaction. `right` is
    tested together with the place and the level: a posting counts when it carries the right, covers the
    area of the case and stands at `level` or above. `closes_round`: after it (a return, a rejection, a
    final decision) the next step and the facts entered from then on belong to a new round, in which
    everybody may act again. `different_person_from`: lanes of the same round whose people may not act here,
    beyond the general rule (lanes.py). `precondition_many` is the set-based form of `precondition`, for
    fire_many; without it each case is asked. `after_meeting`: the kind of meeting (models.Meeting.Kind) that must have
    agreed to the case in this round, closed, on that day or before. `after_notice`: the kind of notice that the list
    of the case must have had to its end in this round, without an open objection to the case. `freezes`: what the step
    rested on is kept (`Workflow.freeze`). `leaves_roster`: the case leaves its list (returned, dropped, refused, done).
    """

    name: str
    label: str
    sources: tuple[str, ...] | None
    target: str
    right: str
    level: str
    lane: str
    needs_comment: bool = False
    needs_document: bool = False
    closes_round: bool = False
    different_person_from: tuple[str, ...] = ()
    precondition: Precondition | None = None
    precondition_many: PreconditionMany | None = None
    after_meeting: str | None = None
    after_notice: str | None = None
    freezes: bool = False
    leaves_roster: bool = False

    def __post_init__(self):
        if self.level not in Level.values or self.lane not in Lane.values:
            raise ImproperlyConfigured(f"Transition {self.name}: unknown level or lane.")
        if unknown := set(self.different_person_from) - CHECKED_LANES:
            raise ImproperlyConfigured(f"Transition {self.name}: lanes {unknown} are not checked.")

    @property
    def is_first(self) -> bool:
        """Whether it is the first step of a new case."""
        return self.sources is None

    @property
    def goes_on(self) -> bool:
        """Whether it takes a case further. Who leaves his list with a reason (returned, dropped, refused) does not."""
        return not (self.leaves_roster and self.needs_comment)


@dataclass(frozen=True)
class Workflow:
    """The transitions of one state column of one model.

    `case_type` names the case in steps and fact entries and is the model's label ("households.household");
    a second state column of the same model takes another name and says `model`. `area_field` leads from the
    case to its area code, over relations with "__". `freeze` gives what a step that freezes keeps of its cases,
    `replay` judges such a copy again. `lines` says how cases stand in lists. `deadlines`: state -> code of the parameter
    that says how many days a case may wait in it; `notice_days`: kind of notice -> code of the parameter, where this
    procedure has days of its own. `posts`: kind of notice -> when and by whom it is posted; what a notice of a kind holds
    back (`after_notice`) must stand here. `upheld`: state -> transition of a case about which an objection was upheld;
    `by_hand`: state -> right and level of who may take a case in it off its list (none: nobody, it leaves by a step);
    `remedy`: why an objection to finished cases cannot be upheld yet, naming the procedure that takes their outcome back.
    `letters`: what becomes of a letter that comes after the days of a notice, in words.
    `own`: whose case it is beyond the places of postings (the household's helper); he acts in its transitions at village
    level, one case at a time.
    """

    case_type: str
    field: str
    transitions: tuple[Transition, ...]
    model: str = ""
    area_field: str = "area_code"
    freeze: Freeze | None = None
    replay: Replay | None = None
    lines: Lines | None = None
    deadlines: Mapping[str, str] = field(default_factory=dict)
    notice_days: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, Post] = field(default_factory=dict)
    upheld: Mapping[str, str] = field(default_factory=dict)
    by_hand: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    remedy: PreconditionMany | None = None
    letters: str = "不在公示期内的请按来信来访办理。"
    own: Own | None = None

    def __post_init__(self):
        names = [transition.name for transition in self.transitions]
        if len(set(names)) != len(names):
            raise ImproperlyConfigured(f"Workflow {self.case_type}: a transition name occurs twice.")
        if self.freeze is None and any(transition.freezes for transition in self.transitions):
            raise ImproperlyConfigured(f"Workflow {self.case_type} does not say what it freezes.")
        if unknown := set(self.upheld.values()) - set(names):
            raise ImproperlyConfigured(f"Workflow {self.case_type} has no transitions {sorted(unknown)}.")

    @property
    def model_label(self) -> str:
        """app.model in small letters."""
        return (self.model or self.case_type).lower()

    @property
    def model_class(self) -> type[Model]:
        """The model whose rows are the cases; every one that was defined, also those of no installed app (tests)."""
        return apps.get_registered_model(*self.model_label.split("."))

    def area_of(self, obj: Model) -> str:
        """Return the area code of a case ("" for none)."""
        value = obj
        for part in self.area_field.split("__"):
            value = getattr(value, part)
        return value or ""

    def state_of(self, obj: Model) -> str:
        """Return the state in which a case is."""
        return getattr(obj, self.field)

    def state_label(self, model: type[Model], state: str) -> str:
        """Return the field's word for a state."""
        return str(dict(model._meta.get_field(self.field).flatchoices).get(state, state))

    def lines_of(self, rows: QuerySet) -> dict[int, CaseLine]:
        """How cases stand in a list, by primary key; a workflow that says nothing names them by their number."""
        if self.lines is not None:
            return dict(self.lines(rows))
        return {pk: CaseLine(f"第{pk}号") for pk in rows.values_list("pk", flat=True)}

    @property
    def finished(self) -> set[str]:
        """The states in which a case has gone the whole way and stands on no list any more."""
        return {one.target for one in self.transitions if one.leaves_roster and one.goes_on}

    def get(self, name: str) -> Transition:
        """Return a transition by name; KeyError when there is none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(f"Workflow {self.case_type} has no transition {name!r}.")

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield the table for the documentation, one dict of texts per transition, in order."""
        for item in self.transitions:
            yield {
                "case_type": self.case_type,
                "name": item.name,
                "label": item.label,
                "from": "（新）" if item.sources is None else "、".join(item.sources),
                "to": item.target,
                "right": item.right,
                "level": Level(item.level).label,
                "lane": Lane(item.lane).label,
                "comment": "必填" if item.needs_comment else "",
                "document": "必填" if item.needs_document else "",
                "closes_round": "是" if item.closes_round else "",
                "after_meeting": item.after_meeting or "",
                "after_notice": item.after_notice or "",
            }


class Registry:
    """The workflows of all apps. An app registers in its workflow.py, which is imported at start."""

    def __init__(self):
        self._by_type: dict[str, Workflow] = {}

    def register(self, workflow: Workflow) -> Workflow:
        """Add a workflow. A second one of the same case type, or a transition name twice on a model, is an
        error.
        """
        if workflow.case_type in self._by_type:
            raise ImproperlyConfigured(f"Workflow {workflow.case_type} is registered twice.")
        taken = {
            transition.name
            for other in self._by_type.values()
            if other.model_label == workflow.model_label
            for transition in other.transitions
        }
        if twice := taken & {transition.name for transition in workflow.transitions}:
            raise ImproperlyConfigured(f"Transitions {sorted(twice)} occur twice on {workflow.model_label}.")
        self._by_type[workflow.case_type] = workflow
        return workflow

    def unregister(self, workflow: Workflow) -> None:
        """Take a workflow out again (tests register their own)."""
        del self._by_type[workflow.case_type]

    def get(self, case_type: str) -> Workflow:
        """Return the workflow of a case type; KeyError when there is none."""
        return self._by_type[case_type]

    def of(self, model: Model | type[Model]) -> list[Workflow]:
        """Return the workflows of a model (or of an instance of it)."""
        label = model._meta.label_lower
        return [workflow for workflow in self._by_type.values() if workflow.model_label == label]

    def find(self, model: Model | type[Model], name: str) -> tuple[Workflow, Transition]:
        """Return the workflow and the transition of a name on a model; KeyError when there is none."""
        for workflow in self.of(model):
            for transition in workflow.transitions:
                if transition.name == name:
                    return workflow, transition
        raise KeyError(f"{model._meta.label} has no transition {name!r}.")

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield the rows of every table, for the documentation."""
        for workflow in self._by_type.values():
            yield from workflow.rows()

    def __iter__(self) -> Iterator[Workflow]:
        return iter(self._by_type.values())


workflows = Registry()
