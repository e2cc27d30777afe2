"""What did the session come to? A row per answer, a summary per question and per misconception; few are no cell."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from classroom.asked import Asked, asked_of
from classroom.models import Participant, Vote
from classroom.receipt import answer_words
from classroom.results import answer_names, group
from classroom.rooms import Room
from lessons.classroom.tally import HIDDEN_BELOW, chosen, is_few, shown_count
from lessons.quizzes.marking import fits, mark
from lessons.widgets.kit import words
from widgets.reference import misconceptions

HEAD = (
    "question_id",
    "question_version",
    "attempt",
    "round",
    "option",
    "correct",
    "confidence",
    "seconds",
    "participant",
    "at_utc",
)
Cell = tuple[str, str]


@dataclass(frozen=True)
class Summary:
    """One question: how many answered and how many were right in each vote, and who chose what in the last one.

    A count of one to four is hidden, and so is what could be reckoned from the others.
    """

    asked: Asked
    people: tuple[str, str]
    right: tuple[str, str]
    options: tuple[Cell, ...]


@dataclass(frozen=True)
class Believed:
    """One misconception: how many held it in their last vote, how many of them were sure."""

    claim: str
    truth: str
    people: str
    sure: str


def rows(room: Room) -> Iterator[tuple[str, ...]]:
    """One row per answer of a person, in the order of the votes. Participants are numbered, not named."""
    numbers = {pk: f"P{place:03d}" for place, pk in enumerate(_shuffled(room), 1)}
    for vote in _votes(room):
        asked = asked_of(room, vote.question_id)
        yield (
            vote.question_id,
            str(vote.version),
            str(vote.attempt),
            str(vote.round),
            _option(asked, vote),
            "" if vote.right is None else "yes" if vote.right else "no",
            vote.confidence,
            f"{vote.seconds:.1f}",
            numbers[vote.participant_id],
            vote.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )


def as_csv(room: Room) -> str:
    """All rows as a file. A cell that a spreadsheet would take for a formula is quoted as text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows(room):
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in row])
    return text.getvalue()


def summaries(room: Room) -> list[Summary]:
    """One for each question with an answer, in the order they were asked."""
    votes = _votes(room)
    found: defaultdict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        if vote.attempt == room.state.attempt(vote.question_id):
            found[vote.question_id].append(vote)
    named = [(asked_of(room, name), found[name]) for name in room.state.asked if found[name]]
    return [_summary(asked, votes) for asked, votes in named if asked]


def believed(room: Room) -> list[Believed]:
    """Misconceptions behind the last wrong answers, those held with confidence first; few people are no row."""
    who: defaultdict[str, set[int]] = defaultdict(set)
    sure: defaultdict[str, set[int]] = defaultdict(set)
    for vote in _last(room):
        for key in _misconceptions(asked_of(room, vote.question_id), vote):
            who[key].add(vote.participant_id)
            if vote.confidence == "high":
                sure[key].add(vote.participant_id)
    known = misconceptions()
    order = sorted(
        (key for key in who if key in known and len(who[key]) >= HIDDEN_BELOW),
        key=lambda key: (-_seen(sure[key]), -len(who[key]), key),
    )
    return [
        Believed(known[key].claim, known[key].truth, shown_count(len(who[key])), shown_count(len(sure[key])))
        for key in order
    ]


def zone_note(room: Room) -> str:
    """When the session was, with the zone named."""
    made = room.session.made_at.astimezone(UTC)
    return f"{made:%d %B %Y, %H:%M} UTC".lstrip("0")


def _seen(people: set[int]) -> int:
    """What the order of a report may be told by: a hidden number counts as none."""
    return len(people) if len(people) >= HIDDEN_BELOW else 0


def _votes(room: Room) -> list[Vote]:
    return list(
        Vote.objects.filter(participant__session=room.session, participant__simulated=False).order_by("at", "id")
    )


def _last(room: Room) -> list[Vote]:
    """The last vote of each person on each question."""
    found: dict[tuple[int, str], Vote] = {}
    for vote in sorted(_votes(room), key=lambda one: (one.attempt, one.round)):
        found[vote.participant_id, vote.question_id] = vote
    return list(found.values())


def _shuffled(room: Room) -> list[int]:
    """The people of a session in the order of their random keys: who joined when does not show."""
    return list(
        Participant.objects.filter(session=room.session, simulated=False).order_by("key").values_list("pk", flat=True)
    )


def _summary(asked: Asked, votes: list[Vote]) -> Summary:
    rounds = [[vote for vote in votes if vote.round == number] for number in (1, 2)]
    last = rounds[1] or rounds[0]
    if asked.form_kind == "short":  # of who held theirs against the model answer
        last = [vote for vote in last if vote.right is not None]
    return Summary(
        asked,
        (shown_count(len(rounds[0])), shown_count(len(rounds[1]))),
        (_share(rounds[0]), _share(rounds[1])),
        tuple(_cells(asked, last)),
    )


def _share(votes: list[Vote]) -> str:
    """The share of right answers, unless it would tell of fewer than five people."""
    rights = [vote.right for vote in votes if vote.right is not None]
    if not rights:
        return ""
    right = sum(rights)
    hidden = any(is_few(count) for count in (right, len(rights) - right))
    return "hidden" if hidden else words.percent(right / len(rights))


def _cells(asked: Asked, votes: list[Vote]) -> Iterator[Cell]:
    """People per answer. When one alone is hidden, the next smallest is, too, or the sum would give it away."""
    if asked.is_number:
        return
    names = answer_names(asked)
    found = Counter(option for vote in votes for option in chosen(group(asked, vote)))
    hidden = {name for name in names if is_few(found[name])}
    others = sorted((name for name in names if found[name] >= HIDDEN_BELOW), key=lambda name: found[name])
    if len(hidden) == 1 and others:
        hidden.add(others[0])
    for name, said in names.items():
        yield said, "hidden" if name in hidden else str(found[name])


def _misconceptions(asked: Asked | None, vote: Vote) -> set[str]:
    if asked is None or asked.question is None or vote.right is not False:
        return set()
    if not fits(asked.question, vote.given):
        return set()
    reasons = mark(asked.question, vote.given).reasons
    if asked.form_kind == "short":  # the points of the model answer, all of them right, and all of them missed
        return {one.misconception for one in reasons if one.misconception}
    whole = asked.form_kind in ("match", "set")  # there what does not hold carries its own, chosen or not
    return {one.misconception for one in reasons if one.misconception and (one.chosen or whole) and not one.right}


def _option(asked: Asked | None, vote: Vote) -> str:
    if asked is not None and asked.form_kind == "short":
        return answer_words(asked, vote.given)
    if asked is None or isinstance(vote.given, dict):
        return json.dumps(vote.given, sort_keys=True)
    if isinstance(vote.given, list):
        return "|".join(map(str, vote.given))
    return answer_words(asked, vote.given) if asked.id.startswith("improvised-") else str(vote.given)
