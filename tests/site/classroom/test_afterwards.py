"""What is left of a session, for whom, and until when?"""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from classroom.asked import lesson_of
from classroom.models import ClassSession, Participant, Signal, Vote
from classroom.reports import rows

QUESTION = "failover-blip"


def voted(led, *given: str, confidence: str = "") -> list:
    """One phone for each answer to one question."""
    phones = [led.phone() for _ in given]
    led.step("ask", question=QUESTION)
    for phone, one in zip(phones, given, strict=True):
        led.vote(phone, one, confidence=confidence)
    return phones


def results(led) -> str:
    return led.seen(led.teacher, f"teach/{led.code}/results/")


def test_L25_the_file_has_one_row_per_answer_with_the_zone_named(room_of_people):
    voted(room_of_people, "promote", "nothing", confidence="high")
    text = room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/results.csv")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [row["option"] for row in found] == ["promote", "nothing"]
    assert [row["correct"] for row in found] == ["no", "yes"]
    for row in found:
        assert row["question_id"] == QUESTION and row["round"] == "1" and row["confidence"] == "high"
        assert float(row["seconds"]) >= 0 and re.fullmatch(r"P\d{3}", row["participant"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["at_utc"])
    assert not [person for person in Participant.objects.all() if person.pseudonym in text]
    assert "UTC" in results(room_of_people)


def test_L25_a_cell_is_never_a_formula(room_of_people):
    phone = room_of_people.phone()
    made = {"number": 0, "prompt": "Which one?", "options": "=HYPERLINK(1)\nother"}
    room_of_people.teacher.post(f"/teach/{room_of_people.code}/improvise/", made)
    room_of_people.vote(phone, "1", question=room_of_people.room.state.question_id)
    text = room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/results.csv")
    assert ",'=HYPERLINK" in text and ",=HYPERLINK" not in text


def test_L26_cells_under_five_are_hidden_and_cannot_be_reckoned_from_the_others(room_of_people):
    voted(room_of_people, *["nothing"] * 6, *["promote"] * 4)
    page = results(room_of_people)
    table = page[page.index("Answer, last vote") :]
    cells = re.findall(r"</td><td>([^<]*)</td>", table[: table.index("</table>")])
    assert sorted(cells) == ["0", "hidden", "hidden"]
    assert "<td>hidden</td>" in page[: page.index("Answer, last vote")], "the share of right answers would tell, too"


def test_L26_five_and_more_are_shown(room_of_people):
    voted(room_of_people, *["nothing"] * 6, *["promote"] * 5)
    page = results(room_of_people)
    table = page[page.index("Answer, last vote") :]
    assert sorted(re.findall(r"</td><td>([^<]*)</td>", table[: table.index("</table>")])) == ["0", "5", "6"]
    assert "54.5" in page


def test_N14_misconceptions_are_counted_where_five_hold_them(room_of_people):
    voted(room_of_people, *["promote"] * 4, confidence="high")
    assert "None is held by 5 people or more" in results(room_of_people)
    fifth = room_of_people.phone()
    room_of_people.vote(fifth, "promote", confidence="low")
    page = results(room_of_people)
    ledger = page[page.index('id="misconceptions"') :]
    assert re.findall(r"<td>([^<“]+)</td>", ledger) == ["5", "under 5"]


def test_L27_a_participant_sees_and_deletes_what_they_gave(room_of_people):
    one, _ = voted(room_of_people, "promote", "nothing")
    code = room_of_people.code
    one.post(f"/j/{code}/signal/", {"kind": "lost"})
    one.post(f"/j/{code}/ask/", {"text": "Why not promote?"})
    page = room_of_people.seen(one, f"j/{code}/mine/")
    assert "Promote at once" in page and "once the room has seen it" in page
    assert "is deleted: 1 answer," in one.post(f"/j/{code}/mine/").content.decode()
    assert Vote.objects.get().given == "nothing"
    assert not Signal.objects.exists() and not room_of_people.session.wall.exists()
    assert "No answer is kept" in room_of_people.seen(one, f"j/{code}/mine/")


def test_L28_the_receipt_gives_the_right_answers_with_reasons_and_the_way_to_the_review(room_of_people):
    (one,) = voted(room_of_people, "promote")
    room_of_people.step("reveal")
    room_of_people.step("end")
    page = room_of_people.seen(one, f"j/{room_of_people.code}/mine/")
    assert "The old primary is alive on the other side and keeps writing." in page
    assert "your answer" in page and "Take 1 answer into my record" in page
    assert f"/review/prompts.txt?lesson={room_of_people.session.lesson}" in page
    phone = room_of_people.seen(one)
    assert f'href="/j/{room_of_people.code}/mine/"' in phone and "day 2, 7 and 30" in phone


def test_L28_the_receipt_leads_to_what_the_room_ran_each_once(room_of_people):
    (one,) = voted(room_of_people, "promote")
    assert "What the room ran" not in room_of_people.seen(one, f"j/{room_of_people.code}/mine/")
    block = lesson_of(room_of_people.room).experiments[0]
    for where in ("phones", "screen"):
        room_of_people.step("run", anchor=block.anchor, where=where)
    page = room_of_people.seen(one, f"j/{room_of_people.code}/mine/")
    assert page.count(f'href="/widgets/{block.slug}/?') == 1


def test_L27_old_sessions_are_deleted_unless_they_are_kept(room_of_people, another_room, capsys):
    another_room.teacher.post(f"/teach/{another_room.code}/keep/", {"keep": "yes"})
    ClassSession.objects.update(made_at=timezone.now() - timedelta(days=31))
    voted(room_of_people, "promote")
    call_command("expire_sessions", skip_checks=True)
    assert capsys.readouterr().out == "1 class session deleted.\n"
    assert [one.code for one in ClassSession.objects.all()] == [another_room.code]
    assert not Vote.objects.exists()


def test_L27_a_session_is_kept_for_thirty_days(room_of_people, capsys):
    ClassSession.objects.update(made_at=timezone.now() - timedelta(days=29))
    call_command("expire_sessions", skip_checks=True)
    assert ClassSession.objects.count() == 1
    assert "deleted 30 days after it was opened" in results(room_of_people)


def test_L27_the_instructor_deletes_at_once_after_being_asked(room_of_people):
    voted(room_of_people, "promote")
    path = f"/teach/{room_of_people.code}/delete/"
    assert "Delete session" in room_of_people.teacher.get(path).content.decode() and Vote.objects.exists()
    assert "is deleted" in room_of_people.teacher.post(path).content.decode()
    assert not ClassSession.objects.exists() and not Vote.objects.exists()


def test_L29_a_plan_goes_into_a_file_and_another_instructor_starts_from_it(room_of_people):
    room_of_people.step("set_shares", low=25, high=65)
    made = {"number": 1, "prompt": "Tea or coffee?", "options": "Tea\nCoffee"}
    room_of_people.teacher.post(f"/teach/{room_of_people.code}/improvise/", made)
    phone = room_of_people.phone()
    room_of_people.vote(phone, "1", question=room_of_people.room.state.question_id)
    file = room_of_people.teacher.get(f"/teach/{room_of_people.code}/plan.json")
    assert room_of_people.code not in file.content.decode() and "attachment" in file["Content-Disposition"]
    copied = type(room_of_people)(plan=SimpleUploadedFile("plan.json", file.content))
    assert copied.session.lesson == room_of_people.session.lesson
    assert copied.room.state.shares == (0.25, 0.65)
    assert "From the plan: Tea or coffee?" in copied.on_console()
    posted = {"number": copied.room.state.number, "planned": "1"}
    assert copied.teacher.post(f"/teach/{copied.code}/improvise/", posted).status_code == 303
    assert "Coffee" in copied.on_screen()
    again = copied.teacher.get(f"/teach/{copied.code}/plan.json")
    assert again.json() == file.json()


def test_a_reset_attempt_stays_in_the_file_and_out_of_the_summary(room_of_people):
    (one,) = voted(room_of_people, "promote")
    room_of_people.step("reset")
    room_of_people.vote(one, "nothing")
    assert [(row[2], row[4]) for row in rows(room_of_people.room)] == [("1", "promote"), ("2", "nothing")]


@pytest.mark.parametrize("path", ["results/", "results.csv", "plan.json", "delete/"])
def test_what_is_left_is_for_the_instructor_alone(room_of_people, path):
    phone = room_of_people.phone()
    for who in (phone, room_of_people.screen):
        assert who.get(f"/teach/{room_of_people.code}/{path}").status_code == 404
