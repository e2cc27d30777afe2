"""Did the session work? What those who agreed to it still knew days later: numbers of people, and nobody's name.

Who agreed is found again by the keys of the answers in their record. What is asked again is the idea of a question, in
review, or the question itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from classroom.models import Vote
from classroom.rooms import Room
from classroom.takehome import key_of
from lessons.classroom.tally import Later, later
from quizzes.bank import bank
from quizzes.prompts import prompts
from study.models import Answer, ReviewLog

AT_ONCE = 500  # parameters of one query

Try = tuple[datetime, bool]


def later_in(room: Room) -> dict[str, tuple[Later, ...]]:
    """For each question with a right answer that was asked: what was known of it on later days."""
    voted_at, key_owner = _agreed(room)
    learners = _learners(key_owner)
    tries = _tries(sorted({one for own in learners.values() for one in own}), {name for _, name in voted_at})
    made: dict[str, dict[int, list[tuple[int, bool]]]] = defaultdict(dict)
    for (person, name), at in voted_at.items():
        own = sorted(one for learner in learners[person] for one in tries[learner, name])
        made[name][person] = [((when.date() - at.date()).days, held) for when, held in own]
    asked = (name for name in room.state.asked if name in bank().questions)
    return {name: later(made.get(name, {})) for name in asked}


def _agreed(room: Room) -> tuple[dict[tuple[int, str], datetime], dict[str, int]]:
    """When each participant who agreed voted first on each question, and whose a key is."""
    votes = Vote.objects.filter(
        participant__session=room.session,
        participant__simulated=False,
        participant__reviews_counted__isnull=False,
        right__isnull=False,
    )
    voted_at: dict[tuple[int, str], datetime] = {}
    key_owner: dict[str, int] = {}
    for vote in votes.select_related("participant").order_by("at", "id"):
        if vote.question_id in bank().questions and vote.attempt == room.state.attempt(vote.question_id):
            voted_at.setdefault((vote.participant_id, vote.question_id), vote.at.astimezone(UTC))
            key_owner[key_of(vote.participant, vote)] = vote.participant_id
    return voted_at, key_owner


def _learners(key_owner: dict[str, int]) -> dict[int, set[int]]:
    """The records that hold answers of a participant: one, or several where it was brought along in a file."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for keys in _batches(sorted(key_owner)):
        rows = Answer.objects.filter(key__in=keys, asked_in=Answer.AskedIn.CLASS).values_list("key", "learner_id")
        for key, learner_id in rows:
            found[key_owner[str(key)]].add(learner_id)
    return found


def _tries(learner_ids: list[int], names: set[str]) -> dict[tuple[int, str], list[Try]]:
    """Every time that a learner was asked again, by learner and question."""
    by_idea: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        by_idea[bank().questions[name].idea].append(name)
    of_prompt = {prompt.id: by_idea[prompt.idea] for prompt in prompts().values() if prompt.idea in by_idea}
    found: defaultdict[tuple[int, str], list[Try]] = defaultdict(list)
    for some in _batches(learner_ids):
        for learner_id, prompt_id, held, at in ReviewLog.objects.filter(learner_id__in=some).values_list(
            "learner_id", "prompt_id", "held", "at"
        ):
            for name in of_prompt.get(prompt_id, ()):
                found[learner_id, name].append((at.astimezone(UTC), held))
        again = Answer.objects.filter(learner_id__in=some, question_id__in=names).exclude(asked_in=Answer.AskedIn.CLASS)
        for learner_id, name, right, at in again.values_list("learner_id", "question_id", "right", "at"):
            found[learner_id, name].append((at.astimezone(UTC), right))
    return found


def _batches(everything: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(everything), AT_ONCE):
        yield everything[start : start + AT_ONCE]
