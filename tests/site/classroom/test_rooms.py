"""Is a room that went on from its last state the same as one read from its first event?"""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classroom import rooms
from classroom.models import ClassSession
from classroom.rooms import room_of
from classroom.services import event_append, keep_set
from lessons.classroom.phases import STEPS, NotNow

IMPROVISED = {"prompt": "Which?", "options": ["one", "two"]}
DATA = {
    "read": [{"section": "one"}, {"section": "two"}],
    "ask": [{"question": "q1"}, {"question": "q2"}, {"question": "improvised-1", "improvised": IMPROVISED}],
    "ask_several": [{"questions": ["q1", "q3"]}],
    "predict": [{"question": "p1"}],
    "skip": [{"question": "q4"}],
    "look_back": [{"question": "q1"}],
    "run": [{"widget": "one", "query": "", "where": "phones"}],
    "countdown": [{"seconds": "60"}],
    "hide_text": [{"question": "q1", "vote": 1}],
    "show_text": [{"question": "q1", "vote": 1}],
    "set_shares": [{"low": 0.2, "high": 0.8}],
}


def read_anew(code: str):
    """The room as another process reads it."""
    rooms._rooms.clear()
    return room_of(code)


def same(one, other) -> bool:
    fields = [field.attname for field in ClassSession._meta.concrete_fields]
    sessions = [[getattr(room.session, name) for name in fields] for room in (one, other)]
    return (one.state, one.improvised) == (other.state, other.improvised) and sessions[0] == sessions[1]


@pytest.mark.parametrize("seed", range(6))
def test_a_room_that_goes_on_is_the_room_that_is_read_anew(room_of_people, seed):
    chance, code = random.Random(seed), room_of_people.code
    room_of(code)
    for _ in range(40):
        kinds = sorted(STEPS[room_of(code).state.phase] - ({"end"} if chance.random() < 0.9 else set()))
        if not kinds:
            break
        kind = chance.choice(kinds)
        kept = dict(rooms._rooms)
        for _ in range(chance.choice((1, 1, 3))):  # one step, or some at once, as another process sees them
            try:
                event_append(code=code, kind=kind, data=chance.choice(DATA.get(kind, [{}])))
            except NotNow:
                break
        keep_set(session=ClassSession.objects.get(code=code), keep=chance.random() < 0.5)
        rooms._rooms.clear()
        rooms._rooms.update(kept)
        went_on = room_of(code)
        assert room_of(code) is went_on, "kept until something new happens"
        assert same(went_on, read_anew(code))


def test_after_a_step_elsewhere_only_what_is_new_is_read(room_of_people):
    code = room_of_people.code
    for _ in range(30):
        event_append(code=code, kind="read", data={"section": "one"})
    assert room_of(code).state.number == 30
    event_append(code=code, kind="read", data={"section": "two"})
    with CaptureQueriesContext(connection) as asked:
        assert room_of(code).state.section == "two"
    assert len(asked) == 2 and '"number" > 30' in asked[1]["sql"]


def test_after_a_step_here_nothing_is_read_at_all(room_of_people, django_capture_on_commit_callbacks):
    code = room_of_people.code
    with django_capture_on_commit_callbacks(execute=True):
        stepped = event_append(code=code, kind="ask", data={"question": "improvised-1", "improvised": IMPROVISED})
    with CaptureQueriesContext(connection) as asked:
        assert room_of(code) is stepped
    assert len(asked) == 1 and same(stepped, read_anew(code))


def test_what_is_kept_is_never_replaced_by_what_was_before(room_of_people):
    code = room_of_people.code
    before = room_of(code)
    event_append(code=code, kind="read", data={"section": "one"})
    now = room_of(code)
    rooms.room_keep(before)
    assert room_of(code) is now


def test_a_room_that_is_older_than_it_was_is_read_anew(room_of_people):
    """As after a backup was put back: what is kept knows steps that never were."""
    code = room_of_people.code
    event_append(code=code, kind="read", data={"section": "one"})
    event_append(code=code, kind="read", data={"section": "two"})
    assert room_of(code).state.number == 2
    session = ClassSession.objects.get(code=code)
    session.events.filter(number=2).delete()
    ClassSession.objects.filter(code=code).update(last_number=1)
    assert room_of(code).state.section == "one" and room_of(code).session.last_number == 1
