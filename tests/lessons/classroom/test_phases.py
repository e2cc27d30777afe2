"""May every step happen exactly when it should, and does a vote count exactly when it may?"""

import dataclasses
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.classroom.phases import (
    GRACE_S,
    KINDS,
    SHARES_DEFAULT,
    STEPS,
    Countdown,
    Event,
    NotNow,
    Phase,
    State,
    after,
    ballot_for,
    fold,
)

PHASES = get_args(Phase)
DATA = {
    "ask": {"question": "q"},
    "predict": {"question": "p"},
    "ask_several": {"questions": ["q", "r"]},
    "skip": {"question": "s"},
    "look_back": {"question": "q"},
    "run": {"widget": "failover", "query": "preset=hot-standby", "where": "phones"},
    "set_shares": {"low": 0.35, "high": 0.75},
    "read": {"section": "why"},
    "hide_text": {"vote": 7},
    "show_text": {"vote": 7},
    "countdown": {"seconds": 60},
    "extend": {"seconds": 30},
}
# The shortest way into each phase.
WAYS = {
    "lobby": [],
    "reading": ["read"],
    "predict": ["predict"],
    "vote_1": ["ask"],
    "discuss": ["ask", "discuss"],
    "vote_2": ["ask", "discuss", "vote_again"],
    "reveal": ["ask", "reveal"],
    "experiment": ["run"],
    "several": ["ask_several"],
    "pause": ["ask", "pause"],
    "ended": ["end"],
}


def played(*kinds: str, state: State | None = None, at_s: float | None = None) -> State:
    state = state or State()
    for kind in kinds:
        moment = float(state.number) if at_s is None else at_s
        state = after(state, Event(state.number + 1, kind, moment, DATA.get(kind, {})))
    return state


def test_every_phase_has_a_way_and_every_kind_a_place():
    assert set(WAYS) == set(PHASES) == set(STEPS)
    for phase, way in WAYS.items():
        assert played(*way).phase == phase
    assert set(KINDS) >= set(DATA)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("phase", PHASES)
def test_a_step_fits_its_phases_and_is_refused_in_the_others_with_what_would_fit(phase, kind):
    state = played(*WAYS[phase])
    if kind == "look_back" and "q" not in state.revealed:
        state = dataclasses.replace(state, revealed=(*state.revealed, "q"))
    if kind == "extend" and "countdown" in STEPS[phase]:
        state = played("countdown", state=state)
    event = Event(state.number + 1, kind, 100.0, DATA.get(kind, {}))
    if kind in STEPS[phase]:
        assert after(state, event).number == state.number + 1
    else:
        with pytest.raises(NotNow, match="does not fit") as caught:
            after(state, event)
        assert all(fitting in str(caught.value) for fitting in STEPS[phase])


def test_only_phases_of_voting_have_an_open_ballot():
    for phase, way in WAYS.items():
        voting = phase in ("predict", "vote_1", "vote_2", "several", "pause")
        assert bool(played(*way).open_ballots) == voting, phase


def test_a_vote_counts_while_open_and_within_the_grace_and_never_after():
    opened = played("ask", at_s=10.0)
    assert ballot_for(opened, question_id="q", round=1, at_s=500.0)
    closed = played("discuss", state=opened, at_s=20.0)
    assert ballot_for(closed, question_id="q", round=1, at_s=20.0 + GRACE_S)
    assert ballot_for(closed, question_id="q", round=1, at_s=20.0 + GRACE_S + 0.001) is None
    again = played("vote_again", state=closed, at_s=60.0)
    assert ballot_for(again, question_id="q", round=1, at_s=60.0) is None
    assert ballot_for(again, question_id="q", round=2, at_s=60.0)


def test_there_is_no_grace_once_the_answer_may_have_been_seen():
    opened = played("ask", at_s=10.0)
    for kind in ("reveal", "run"):
        assert ballot_for(played(kind, state=opened, at_s=20.0), question_id="q", round=1, at_s=20.0) is None
    again = played("reveal", "vote_again", state=opened, at_s=20.0)
    assert ballot_for(again, question_id="q", round=2, at_s=20.0)


def test_several_questions_are_revealed_together_and_none_of_them_alone_is_reset_or_voted_on_again():
    state = played("ask_several", "reveal")
    assert state.revealed == ("q", "r") and state.question_id == ""
    for kind in ("reset", "vote_again"):
        with pytest.raises(NotNow, match="ask one of them alone"):
            played(kind, state=state)
    assert played("look_back", state=state).several == ()


def test_the_first_vote_is_set_beside_the_second_only_on_request_and_anew_for_each_result():
    state = played("ask", "discuss", "vote_again", "reveal")
    assert not state.compared
    compared = played("compare", state=state)
    assert compared.compared and compared.phase == "reveal" and compared.revealed == state.revealed
    assert not played("look_back", state=compared).compared


def test_a_vote_for_another_question_or_round_is_none():
    state = played("ask")
    assert ballot_for(state, question_id="r", round=1, at_s=1.0) is None
    assert ballot_for(state, question_id="q", round=2, at_s=1.0) is None
    assert ballot_for(played("ask", "end"), question_id="q", round=1, at_s=1.0) is None
    assert ballot_for(played("ask", "pause"), question_id="q", round=1, at_s=1.0) is None


def test_a_reset_begins_another_attempt_and_keeps_the_first():
    state = played("ask", "reset")
    assert state.attempt("q") == 2
    assert [ballot.attempt for ballot in state.open_ballots] == [2]
    assert played("ask", "reveal", "reset").revealed == ()


def test_a_pause_stops_and_a_resume_goes_on_with_the_same_ballot():
    before = played("ask")
    state = played("pause", "resume", state=before)
    assert (state.phase, state.ballots) == (before.phase, before.ballots)


def test_what_was_revealed_can_be_looked_at_again_and_nothing_else():
    state = played("ask", "reveal", "read", "look_back")
    assert (state.phase, state.question_id) == ("reveal", "q")
    with pytest.raises(NotNow, match="not revealed"):
        played("read", "look_back")


def test_a_question_that_is_asked_again_is_no_longer_revealed():
    assert played("ask", "reveal", "vote_again").revealed == ()


def test_a_question_asked_once_more_begins_another_attempt():
    state = played("ask", "reveal", "ask")
    assert state.attempt("q") == 2
    assert state.revealed == ()


def test_shares_are_held_to_their_limits():
    assert played("set_shares").shares == (0.35, 0.75)
    with pytest.raises(NotNow, match="must rise"):
        after(State(), Event(1, "set_shares", 0.0, {"low": 0.8, "high": 0.3}))
    assert State().shares == SHARES_DEFAULT


def timed(seconds: float = 60.0, *, at_s: float = 50.0) -> State:
    """A vote with a countdown from its first moment."""
    return after(State(), Event(1, "ask", at_s, {"question": "q", "seconds": seconds}))


def counts_at(state: State, at_s: float, more_s: float = 0.0) -> bool:
    return ballot_for(state, question_id="q", round=1, at_s=at_s, more_s=more_s) is not None


def test_L15_there_is_no_countdown_unless_one_is_started():
    state = played("ask")
    assert state.countdown is None and counts_at(state, 1e9)


def test_L15_the_server_refuses_what_comes_after_the_end_and_the_grace_and_closes_nothing():
    state = timed()
    assert state.countdown == Countdown(1, 60.0, 110.0)
    assert counts_at(state, 110.0 + GRACE_S) and not counts_at(state, 110.0 + GRACE_S + 0.001)
    assert state.open_ballots, "closing is the instructor's"


def test_L15_whoever_took_more_time_has_as_much_again_and_at_least_half_a_minute():
    state = timed()
    assert state.countdown.more_s == 60.0 and timed(10.0).countdown.more_s == 30.0
    assert counts_at(state, 170.0, more_s=60.0) and not counts_at(state, 173.0, more_s=60.0)


def test_L15_closing_ends_the_time_of_everybody_and_gives_nobody_time_back():
    closed = after(timed(), Event(2, "close", 200.0))
    assert not counts_at(closed, 201.0), "the countdown was over at 110"
    early = after(timed(), Event(2, "close", 60.0))
    assert counts_at(early, 61.0) and not counts_at(early, 63.0, more_s=60.0)
    assert early.countdown is None


def test_L15_a_countdown_starts_in_an_open_vote_and_can_be_extended_replaced_and_stopped():
    state = after(played("ask", at_s=0.0), Event(2, "countdown", 10.0, {"seconds": 30}))
    assert state.countdown == Countdown(2, 30.0, 40.0)
    assert after(state, Event(3, "extend", 20.0, {"seconds": 30})).countdown == Countdown(2, 30.0, 70.0)
    late = after(state, Event(3, "extend", 100.0, {"seconds": 30}))
    assert late.countdown.ends_s == 130.0, "from now, when it was over"
    assert after(state, Event(3, "countdown", 20.0, {"seconds": 90})).countdown == Countdown(3, 90.0, 110.0)
    stopped = after(state, Event(3, "countdown", 20.0, {"seconds": 0}))
    assert stopped.countdown is None and counts_at(stopped, 1e9)
    with pytest.raises(NotNow, match="no countdown runs"):
        after(stopped, Event(4, "extend", 21.0, {"seconds": 30}))
    with pytest.raises(NotNow, match="the vote is closed"):
        after(after(state, Event(3, "close", 20.0)), Event(4, "countdown", 21.0, {"seconds": 30}))


def test_L15_a_pause_stops_the_clock():
    state = after(after(timed(), Event(2, "pause", 70.0)), Event(3, "resume", 1000.0))
    assert state.countdown == Countdown(1, 60.0, 1040.0)


def test_L15_a_countdown_has_ten_seconds_to_ten_minutes():
    assert timed(1.0).countdown.seconds == 10.0 and timed(9999.0).countdown.seconds == 600.0


def test_L15_a_second_vote_starts_without_the_countdown_of_the_first():
    state = after(after(timed(), Event(2, "discuss", 70.0)), Event(3, "vote_again", 90.0))
    assert state.countdown is None
    assert ballot_for(state, question_id="q", round=2, at_s=1e9) is not None


def test_a_text_is_hidden_once_shown_again_and_nothing_else_changes():
    state = played("ask", "close")
    hidden = played("hide_text", "hide_text", state=state)
    assert hidden.hidden_texts == (7,) and hidden.phase == state.phase and hidden.ballots == state.ballots
    assert played("reveal", state=hidden).hidden_texts == (7,)
    assert played("show_text", "show_text", state=hidden).hidden_texts == ()


@pytest.mark.parametrize("names", [["q"], [], [f"q{n}" for n in range(13)]])
def test_several_questions_are_two_to_twelve(names):
    with pytest.raises(NotNow, match="questions at once"):
        after(State(), Event(1, "ask_several", 0.0, {"questions": names}))


@given(st.lists(st.sampled_from(KINDS), max_size=30))
def test_any_row_of_steps_that_fit_leaves_a_state_that_folds_again_from_its_events(kinds):
    state, events = State(), []
    for kind in kinds:
        event = Event(state.number + 1, kind, float(len(events)), DATA.get(kind, {}))
        try:
            state = after(state, event)
        except NotNow:
            continue
        events.append(event)
    assert fold(events) == state
    assert state.phase in PHASES
    assert not set(state.revealed) & {ballot.question_id for ballot in state.open_ballots}
