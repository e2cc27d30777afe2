"""What happened in a real incident, and who says so? The files of content/incidents/, checked as they are read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from courses.blocks import AskedHere, CourseError, Experiment
from courses.incident import ZONES, Entry, Incident, Model, Otherwise, Stretch, Told
from courses.parser import experiment_of
from courses.toml_tables import Table, read_tables
from lessons.simulator.engine.params import Param, params
from lessons.widgets.kit import words
from lessons.widgets.kit.roles import State
from lessons.widgets.registry import widget
from quizzes.bank import bank
from quizzes.sources import lesson_titles
from widgets.drawing import presets_of

STATES = ("down", "degraded", "healthy", "unknown")
ALWAYS = (
    "title",
    "summary",
    "provider",
    "start",
    "end",
    "zone",
    "zone_is",
    "source",
    "lessons",
    "questions",
    "updated",
)
TABLES = ("", "phase", "entry", "fact", "unknown", "told", "run", "run.set", "counterfactual")
ASKED_MIN = 2
RUN, OTHERWISE = "run", "had-it-been-otherwise"


def read_incidents(content: Path) -> dict[str, Incident]:
    """Every incident by slug, the latest first. Raises CourseError."""
    found = [read_incident(path) for path in sorted((content / "incidents").glob("*.toml"))]
    return {one.slug: one for one in sorted(found, key=lambda one: one.start, reverse=True)}


def read_incident(path: Path) -> Incident:
    """The incident in a file. Raises CourseError."""
    tables = read_tables(path)
    for name, found in tables.items():
        if name not in TABLES:
            raise found[0].fault(f"no table {name!r} (known: {', '.join(TABLES[1:])})")
    for name in (*TABLES[1:6], "run", "counterfactual"):
        if not tables.get(name):
            raise CourseError(path, 1, f"no [{name}]")
    head, run = tables[""][0], tables["run"][0]
    head.known(ALWAYS, ("end_about",))
    zone = head.text("zone")
    if zone not in ZONES:
        raise head.fault(f"zone is {zone!r} (allowed: {', '.join(ZONES)})", "zone")
    model = _model(run)
    made = Incident(
        slug=path.stem,
        title=head.text("title"),
        summary=head.text("summary"),
        provider=head.text("provider"),
        start=head.moment("start"),
        end=head.moment("end"),
        end_about=bool(head.values.get("end_about", False)),
        zone=zone,
        zone_is=head.text("zone_is"),
        sources=head.sources(),
        lessons=_lessons(head),
        questions=_questions(head),
        updated=head.values["updated"],
        phases=tuple(_stretch(table) for table in tables["phase"]),
        entries=tuple(_entry(table) for table in tables["entry"]),
        facts=tuple(_told(table) for table in tables["fact"]),
        unknown=tuple(_told(table) for table in tables["unknown"]),
        told=tuple(_told(table, ("claim",)) for table in tables["told"]),
        run=model,
        otherwise=_otherwise(tables["counterfactual"][0], run, model),
        path=path,
    )
    _adds_up(made, tables["phase"])
    for (_, before), (table, after) in pairwise(zip(tables["entry"], made.entries, strict=True)):
        if after.at < before.at:
            raise table.fault("comes before the entry above it", "at")
    return made


def _lessons(head: Table) -> tuple[str, ...]:
    lessons = head.texts("lessons")
    for slug in lessons:
        if slug not in lesson_titles():
            raise head.fault(f"no lesson {slug!r}", "lessons")
    return lessons


def _questions(head: Table) -> tuple[AskedHere, ...]:
    asked = head.texts("questions")
    for name in asked:
        if name not in bank().questions:
            raise head.fault(f"no question {name!r} in any quiz.toml", "questions")
    if len(asked) < ASKED_MIN:
        raise head.fault(f"asks {len(asked)} questions (allowed: {ASKED_MIN} and up)", "questions")
    return tuple(AskedHere(name) for name in asked)


def _stretch(table: Table) -> Stretch:
    table.known(("name", "state", "at", "until", "source"))
    made = Stretch(table.text("name"), _state(table), table.moment("at"), table.moment("until"), table.sources())
    if made.until <= made.at:
        raise table.fault("ends before it begins", "until")
    return made


def _entry(table: Table) -> Entry:
    table.known(("at", "text", "source"), ("until", "about", "lane", "state"))
    lasts = "until" in table.values
    if not lasts and "lane" in table.values:
        raise table.fault("is a moment, which has no bar", "lane")
    made = Entry(
        at=table.moment("at"),
        until=table.moment("until") if lasts else None,
        about=bool(table.values.get("about", False)),
        text=table.text("text"),
        lane=table.text("lane"),
        state=_state(table) if "lane" in table.values else "unknown",
        sources=table.sources(),
    )
    if made.until and made.until <= made.at:
        raise table.fault("ends before it begins", "until")
    return made


def _state(table: Table) -> State:
    state = table.values.get("state")
    for known in STATES:
        if state == known:
            return known  # type: ignore[return-value]
    raise table.fault(f"state is {str(state)[:40]!r} (allowed: {', '.join(STATES)})", "state")


def _told(table: Table, more: tuple[str, ...] = ()) -> Told:
    table.known((*more, "text", "source"))
    return Told(table.text("text"), table.sources(), table.text("claim"))


def _model(table: Table) -> Model:
    table.known(("widget", "preset", "question", "caption", "prediction", "differs", "source"), ("set",))
    return Model(
        _experiment(table, table, RUN, table.values.get("set", {})), table.texts("differs"), table.sources(ours=True)
    )


def _otherwise(table: Table, run: Table, model: Model) -> Otherwise:
    table.known(("field", "value", "question", "caption", "prediction", "source"), ("label", "was", "would_be"))
    made = widget(model.experiment.slug)
    field = params(made.scenario).get(str(table.values["field"]))
    if field is None:
        raise table.fault(f"no field {table.values['field']!r} in {made.name}", "field")
    settings = run.values.get("set", {}) | {field.name: table.values["value"]}
    experiment = _experiment(table, run, OTHERWISE, settings)
    plain = made.scenario(**presets_of(made.lens)[model.experiment.preset].values | run.values.get("set", {}))
    if experiment.settings[field.name] == field.write(getattr(plain, field.name)):
        raise table.fault("changes nothing", "value")
    was = table.text("was") or _words(field, getattr(plain, field.name))
    would_be = table.text("would_be") or _words(field, table.values["value"])
    return Otherwise(experiment, table.text("label") or field.label, was, would_be, table.sources(ours=True))


def _experiment(table: Table, run: Table, anchor: str, settings: dict[str, object]) -> Experiment:
    of_run = {key: run.values[key] for key in ("widget", "preset")}
    given = of_run | {key: table.values[key] for key in ("question", "caption", "prediction")}
    body = "\n".join(table.lines[table.starts : table.ends])
    return experiment_of(table.path, table.starts, str(of_run["widget"]), given | {"id": anchor, "set": settings}, body)


def _words(field: Param, value: object) -> str:
    """A setting as a person says it."""
    if field.kind == "choice":
        return field.choice_labels[field.choices.index(str(value))]
    if isinstance(value, (int, float)):
        return words.duration(float(value)) if field.unit == "s" else words.number(float(value), field.unit)
    return str(value)


def _adds_up(made: Incident, tables: list[Table]) -> None:
    """The phases fill the incident without a gap, so that their lengths add up to its own."""
    if made.phases[0].at != made.start:
        raise tables[0].fault(f"the first phase begins at {made.phases[0].at}, the incident at {made.start}", "at")
    for (_, before), (table, after) in pairwise(zip(tables, made.phases, strict=True)):
        if after.at != before.until:
            raise table.fault(f"begins at {after.at}, the phase above ends at {before.until}", "at")
    if made.phases[-1].until != made.end:
        raise tables[-1].fault(f"the last phase ends at {made.phases[-1].until}, the incident at {made.end}", "until")
