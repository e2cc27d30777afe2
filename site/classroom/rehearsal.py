"""A dress rehearsal: simulated participants join and answer. They are labelled on every view and in no report."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.asked import Asked, asked_of
from classroom.rooms import Room
from classroom.services import participant_join, simulated_remove, vote_cast
from lessons.quizzes.kinds.set_controls import start
from lessons.simulator.engine.rng import stream

PEOPLE = 30
RIGHT_SHARES = {1: 0.45, 2: 0.75}  # a room that learns from talking


def rehearse(*, room: Room) -> None:
    """Makes the simulated people of a session when there are none, and lets each answer whatever is open."""
    people = list(room.session.participants.filter(simulated=True))
    people += [participant_join(session=room.session, simulated=True) for _ in range(PEOPLE - len(people))]
    chance = stream(room.session.pk, f"rehearsal-{room.state.number}")
    for ballot in room.state.open_ballots:
        asked = asked_of(room, ballot.question_id)
        if asked is None:
            continue
        for person in people:
            given = given_at_random(asked, chance, RIGHT_SHARES.get(ballot.round, 0.5))
            vote_cast(
                room=room,
                participant=person,
                question_id=asked.id,
                round=ballot.round,
                version=asked.version,
                given=given,
                right=asked.right(given),
                confidence=str(chance.choice(["low", "middle", "high"])),
            )


def rehearsal_end(*, room: Room) -> None:
    """The simulated people leave, and everything they gave with them."""
    simulated_remove(session=room.session)


def given_at_random(asked: Asked, chance: np.random.Generator, right_share: float) -> Any:
    """An answer that could be given: the right one with this probability."""
    solved = asked.solution()
    if asked.form_kind == "short":
        return {
            "text": f"A simulated answer, number {1 + int(chance.integers(99))}.",
            "held": chance.random() < right_share,
        }
    if asked.form_kind == "set" and asked.question is not None:
        return solved if chance.random() < right_share else start(asked.question)
    if asked.is_number:
        near = float(solved) if isinstance(solved, (int, float)) and solved else 10.0
        return near if chance.random() < right_share / 2 else round(near * float(chance.lognormal(0.0, 0.7)), 2)
    if solved is not None and chance.random() < right_share:
        return solved
    if asked.form_kind == "match" and asked.question is not None:
        lines = [line_id for line_id, _ in asked.question.rights]
        return {option.id: str(chance.choice(lines)) for option in asked.question.options}
    options = [value for value, _ in asked.options]
    if asked.form_kind == "order":
        return [str(one) for one in chance.permutation(options)]
    if asked.form_kind == "many":
        return sorted(str(one) for one in chance.choice(options, size=1 + int(chance.integers(2)), replace=False))
    return str(chance.choice(options))
