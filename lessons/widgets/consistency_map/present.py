"""What does the map show? Models as a partial order, one chosen, a history that it forbids and one that it allows."""

from __future__ import annotations

from typing import Final

from lessons.simulator.checkers import MODELS, Operation
from lessons.widgets.consistency_map.catalogue import AVAILABILITY, catalogue
from lessons.widgets.consistency_map.scenario import Result, Scenario
from lessons.widgets.kit import Deed, History, Lane, Output, PartialOrder, Pick, Rank, Table, View, words
from lessons.widgets.kit.roles import Role

SIGNS: Final = {"none": "▲", "sticky": "◆", "total": "●"}
LEGEND: Final = (
    "▲ one side of a cut must refuse",
    "◆ kept for clients that stay with their copy",
    "● kept at any copy that is up",
)
ROLES: Final[tuple[Role, ...]] = ("a", "b", "c", "d")


def present(scenario: Scenario, result: Result) -> Output:
    """The map, the histories, one sentence and the tables."""
    return Output(
        situation=_bare(),
        views=(_order(result), *_histories(result)),
        sentence=sentence(result),
        table=_table(result),
        data=_data(),
        settings=f"Chosen: {catalogue().models[result.model].name}.",
    )


def sentence(result: Result) -> str:
    """How much comes with the model, and what is left of it while the network is cut."""
    model = catalogue().models[result.model]
    count = len(result.weaker)
    comes = "no other promise of the map follows from it"
    if count:
        comes = words.counted(count, "other promise follows from it", "other promises follow from it")
    kept = {
        "none": "while the network is cut one side must refuse",
        "sticky": "while the network is cut it is kept for clients that stay with their copy",
        "total": "it can be kept at any copy that is up",
    }[result.availability]
    return f"{model.name}: {comes}, and {kept}."


def _bare() -> PartialOrder:
    """The order alone: which model is how available is what the bet is about."""
    ranks = tuple(Rank(one.id, one.name, one.row, "", "stronger") for one in catalogue().models.values())
    return PartialOrder("What implies what: a line leads down to what comes with it", ranks, _lines(), ())


def _order(result: Result) -> PartialOrder:
    ranks = []
    for model in catalogue().models.values():
        standing = "apart"
        if model.id == result.model:
            standing = "chosen"
        elif model.id in result.weaker:
            standing = "implied"
        elif model.id in result.stronger:
            standing = "stronger"
        pick = Pick((("model", model.id),), f"Choose {model.name}")
        ranks.append(Rank(model.id, model.name, model.row, SIGNS[model.availability], standing, pick))  # type: ignore[arg-type]
    return PartialOrder("Choose a model; filled is what comes with it", tuple(ranks), _lines(), LEGEND)


def _lines() -> tuple[tuple[str, str], ...]:
    return tuple((model.id, weaker) for model in catalogue().models.values() for weaker in model.implies)


def _histories(result: Result) -> tuple[View, ...]:
    """What the model forbids and what it lets pass, where such a history can be judged."""
    known = catalogue().models
    views: list[View] = []
    if result.verdict is not None and result.verdict.witness is not None:
        numbers = {place: number for number, place in enumerate(result.verdict.witness.operations, start=1)}
        reasons = " ".join(result.verdict.witness.words[len(numbers) :])
        views.append(
            _history(
                f"{known[result.model].name} forbids this", result.forbidden, numbers, f"It is forbidden. {reasons}"
            )
        )
    if result.allowed:
        broken = known[result.allowed_breaks].name.lower()
        views.append(
            _history(
                f"{known[result.model].name} allows this",
                result.allowed,
                {},
                f"It is allowed, although it is not {broken}.",
            )
        )
    return tuple(views)


def _history(title: str, operations: tuple[Operation, ...], numbers: dict[int, int], verdict: str) -> History:
    clients = sorted({one.client for one in operations})
    return History(
        title=title,
        lanes=tuple(Lane(client, f"Client {client}", ROLES[place]) for place, client in enumerate(clients)),
        deeds=tuple(_deed(one, place, numbers.get(place, 0), title) for place, one in enumerate(operations)),
        verdict=verdict,
    )


def _deed(operation: Operation, place: int, number: int, title: str) -> Deed:
    verb = operation.op
    value = "nil" if operation.value is None else str(operation.value)
    found = "finds nothing" if operation.value is None else f"finds {operation.value}"
    said = f"writes {value} to {operation.key}" if verb == "write" else f"reads {operation.key} and {found}"
    return Deed(
        id=f"{'f' if 'forbids' in title else 'a'}{place}",
        lane=operation.client,
        kind="write" if verb == "write" else "read",
        text=f"{verb} {operation.key}={value}",
        short=f"{verb[0]} {operation.key}={value}",
        words=f"Client {operation.client} {said}.",
        starts_s=operation.called_ms / 1_000,
        ends_s=(operation.returned_ms or 0.0) / 1_000,
        number=number,
    )


def _table(result: Result) -> Table:
    known = catalogue()
    model = known.models[result.model]

    def names(ids: tuple[str, ...]) -> str:
        return ", ".join(known.models[one].name for one in ids) or "none on the map"

    rows = [
        ("It promises", model.promise),
        ("It implies", names(result.weaker)),
        ("Implied by", names(result.stronger)),
        ("While the network is cut", AVAILABILITY[result.availability]),
        ("In the Histories experiment", model.lab or _lab_words(model.judged)),
        *((store.name, f"{store.setting} (seen {store.seen}; {', '.join(store.sources)})") for store in result.stores),
    ]
    if not result.stores:
        rows.append(("Stores", "None of those that this course looked at documents it across regions."))
    return Table(f"{model.name}, and who documents it", ("What", "Answer"), tuple(rows), ("", ""))


def _lab_words(judged: str) -> str:
    if judged:
        return f"Check {MODELS[judged].lower()} there; every setting that keeps a stronger model keeps it."
    return "It speaks of transactions or of three promises at once, which that experiment does not judge."


def _data() -> Table:
    rows = tuple(
        (one.id, one.row, " ".join(one.implies), one.availability, "JEPSEN") for one in catalogue().models.values()
    )
    columns = ("model", "row", "implies", "availability", "source")
    return Table("One row for each model of the map", columns, rows, tuple("" for _ in columns))
