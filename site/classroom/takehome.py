"""How do answers of a session get into a learner's own record? Asked for, after the reveal, each once by its key.

The key is all that ties a record to a session: it is reckoned from the participant's, and no row holds both. Deleting
the record, or what was given in the session, cuts the tie.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from classroom.asked import Asked, asked_of
from classroom.models import Participant, ReviewsCounted, Vote
from classroom.rooms import Room
from lessons.quizzes.marking import fits
from lessons.widgets.registry import widget
from quizzes.bank import bank
from study.models import Answer, Learner
from study.services import answer_record, prediction_record
from widgets.drawing import draw


@dataclass(frozen=True)
class TakeHome:
    """What of a session is in a record, what could be, and whether later reviews count in the report."""

    taken: int
    waiting: int
    counted: bool


def key_of(participant: Participant, vote: Vote) -> str:
    """The key under which a vote is an answer of a record."""
    told = f"{participant.key}/{vote.question_id}/{vote.round}/{vote.attempt}"
    return "class-" + hmac.new(settings.SECRET_KEY.encode(), told.encode(), sha256).hexdigest()[:32]


def take_home_of(room: Room, participant: Participant, learner: Learner | None) -> TakeHome:
    """Where this participant stands with this record."""
    votes = list(_revealed(room, participant))
    keys = [key_of(participant, vote) for asked, vote in votes if asked.prediction is None]
    bets = [vote.question_id for asked, vote in votes if asked.prediction is not None]
    taken = 0
    if learner is not None:
        taken = learner.answers.filter(key__in=keys).count()
        taken += learner.predictions.filter(prediction_id__in=bets).count()
    counted = ReviewsCounted.objects.filter(participant=participant).exists()
    return TakeHome(taken, len(keys) + len(bets) - taken, counted)


@transaction.atomic
def answers_take_home(*, room: Room, participant: Participant, learner: Learner) -> None:
    """Copies what the room has seen the answers to into the record. The same again changes nothing."""
    for asked, vote in _revealed(room, participant):
        if asked.prediction is not None:
            _bet_kept(asked, vote, learner)
            continue
        answer_record(
            learner=learner,
            question_id=vote.question_id,
            version=vote.version,
            seed=bank().questions[vote.question_id].seed,
            given=vote.given,
            right=bool(vote.right),
            confidence=vote.confidence,
            asked_in=Answer.AskedIn.CLASS,
            key=key_of(participant, vote),
            at=vote.at,
        )


def _bet_kept(asked: Asked, vote: Vote, learner: Learner) -> None:
    assert asked.prediction is not None and asked.experiment is not None, "a prediction has its experiment"
    block, answer = asked.experiment, asked.answer()
    drawing = draw(widget(block.slug), {"preset": block.preset, **block.settings})
    prediction_record(
        learner=learner,
        prediction_id=asked.id,
        widget=block.slug,
        query=drawing.query,
        guess=vote.given,
        answer=answer,
        near=asked.prediction.near(vote.given, answer),
    )


def _revealed(room: Room, participant: Participant) -> Iterator[tuple[Asked, Vote]]:
    """The votes that count, on what the room has seen the answer to and the course still asks as it was."""
    state = room.state
    open_now = {one.question_id for one in state.open_ballots}
    bets: set[str] = set()
    for vote in participant.votes.order_by("at", "id"):
        name = vote.question_id
        asked = asked_of(room, name)
        if asked is None or name not in state.revealed or name in open_now or vote.attempt != state.attempt(name):
            continue
        if asked.prediction is not None:
            if name not in bets and asked.prediction.fits(vote.given):
                bets.add(name)  # the first guess is the bet
                yield asked, vote
        elif vote.right is not None and vote.version == asked.version and _fits(asked, vote):
            yield asked, vote


def _fits(asked: Asked, vote: Vote) -> bool:
    return asked.question is not None and fits(asked.question, vote.given)
