"""What may each of the three views see? Before the reveal, nothing from which an answer or a distribution follows."""

from __future__ import annotations

from typing import Any

from classroom.asked import Asked, asked_of, lesson_of
from classroom.models import Participant, Vote
from classroom.rooms import Room
from lessons.classroom.tally import advice, counts, guesses, right_fraction, shift
from lessons.quizzes.marking import mark, solution
from lessons.widgets.kit import Bars, Mark, Plot, Series, words
from lessons.widgets.kit.svg import draw as draw_svg


def votes_on(room: Room, name: str, round: int) -> list[Vote]:
    """The votes that count: of this attempt, by people."""
    return list(
        Vote.objects.filter(
            participant__session=room.session,
            participant__simulated=False,
            question_id=name,
            round=round,
            attempt=room.state.attempt(name),
        ).select_related("participant")
    )


def phone_context(room: Room, participant: Participant | None, *, problem: str = "") -> dict[str, Any]:
    """One screen of a participant. Without one it is what all phones are sent: the same, with no vote in it."""
    state = room.state
    names = state.several if state.phase == "several" else (state.question_id,) if state.question_id else ()
    shown = [asked_of(room, name) for name in names]
    mine = _own_votes(room, participant, names) if participant else {}
    return {
        **_common(room),
        "asked": [{"asked": one, "vote": mine.get((one.id, state.round))} for one in shown if one],
        "participant": participant,
        "problem": problem,
        "result": _result(room) if state.phase == "reveal" else None,
    }


def screen_context(room: Room) -> dict[str, Any]:
    """What the room sees: large, with counts only, until the reveal."""
    state = room.state
    asked = asked_of(room, state.question_id) if state.question_id else None
    return {
        **_common(room),
        "asked": asked,
        "voted": len(votes_on(room, state.question_id, state.round)) if asked else 0,
        "result": _result(room) if state.phase == "reveal" else None,
    }


def teacher_context(room: Room) -> dict[str, Any]:
    """The instructor's console: counts, advice, the wall, the pace."""
    state = room.state
    asked = asked_of(room, state.question_id) if state.question_id else None
    votes = votes_on(room, state.question_id, state.round) if asked else []
    rights = [vote.right for vote in votes if vote.right is not None]
    return {
        **_common(room),
        "asked": asked,
        "voted": len(votes),
        "advice": advice(right_fraction(rights), state.shares) if rights else None,
        "wall": room.session.wall.order_by("answered", "-id")[:30],
        "pace": {kind: room.session.signals.filter(kind=kind).count() for kind in ("lost", "slower", "faster")},
        "result": _result(room) if state.phase == "reveal" else None,
        "simulated": room.session.participants.filter(simulated=True).count(),
    }


def _common(room: Room) -> dict[str, Any]:
    return {
        "room": room,
        "code": room.session.code,
        "state": room.state,
        "lesson": lesson_of(room),
        "joined": room.session.participants.filter(simulated=False).count(),
    }


def _own_votes(room: Room, participant: Participant, names: tuple[str, ...]) -> dict[tuple[str, int], Vote]:
    kept = participant.votes.filter(question_id__in=names)
    return {
        (vote.question_id, vote.round): vote for vote in kept if vote.attempt == room.state.attempt(vote.question_id)
    }


def _result(room: Room) -> dict[str, Any] | None:
    """Everything about the revealed question: reasons, both votes, who moved, the run's answer through the guesses."""
    asked = asked_of(room, room.state.question_id)
    if asked is None:
        return None
    rounds = {number: votes_on(room, asked.id, number) for number in (1, 2)}
    last = rounds[2] or rounds[1]
    made = {"asked": asked, "voted": len(last), "figures": [], "moves": (), "reasons": ()}
    if asked.is_number:
        answer = asked.answer()
        numbers = [float(vote.given) for vote in last if isinstance(vote.given, (int, float))]
        made |= {
            "answer": answer,
            "unit": asked.unit,
            "figures": [_guessed(asked, numbers, answer)],
            "numbers": numbers,
        }
    else:
        options = dict(asked.options)
        made["figures"] = [_bars(asked, rounds[number], number) for number in (2, 1) if rounds[number]]
        made["moves"] = [
            (_said(options, one.before), _said(options, one.after), one.people)
            for one in shift(*({str(v.participant_id): v.given for v in rounds[number]} for number in (1, 2)))
        ]
    if asked.question is not None and asked.right(solution(asked.question)) is not None:
        made["reasons"] = mark(asked.question, solution(asked.question)).reasons
        confident = [vote for vote in last if vote.confidence == "high" and vote.right is False]
        made["confident_wrong"] = len(confident)
    return made


def _said(options: dict[str, str], chosen: str) -> str:
    return " + ".join(options.get(one, one) for one in chosen.split(" + "))


def _bars(asked: Asked, votes: list[Vote], number: int) -> str:
    found = counts([option for option, _ in asked.options], [vote.given for vote in votes])
    view = Bars(
        title=f"Vote {number}: {len(votes)} people",
        x_title="share of votes (%)",
        categories=tuple(dict(asked.options)[one.option] for one in found),
        values=tuple(100 * one.share_fraction for one in found),
        labels=tuple(f"{one.votes} ({words.percent(one.share_fraction)})" for one in found),
        roles=tuple(("a", "b", "c", "d", "e")[place % 5] for place in range(len(found))),
    )
    return draw_svg(view)


def _guessed(asked: Asked, numbers: list[float], answer: float | None) -> str:
    found = guesses(numbers, answer=answer)
    x = list(found.edges) or [0.0, 1.0]
    y = [float(count) for count in found.counts] + [0.0] if found.counts else [0.0, 0.0]
    marks = (Mark(answer, "the run says", "ink"),) if isinstance(answer, (int, float)) else ()
    view = Plot(
        title=f"What {len(numbers)} people predicted",
        x_title=f"prediction ({asked.unit})" if asked.unit else "prediction",
        y_title="people",
        series=(Series("predictions", x, y, "a", "step"),),
        marks=marks,
        x_range=(x[0], x[-1]),
    )
    return draw_svg(view)
