"""Can a room answer in its own words, and by turning controls?"""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from classroom import results
from classroom.asked import asked_of
from classroom.models import Vote
from lessons.quizzes.marking import solution
from quizzes.bank import bank

SHORT, SETTING = "failover-why-a-fence", "failover-set-the-fence"
DOES = {"set-promote_after_s": "15", "set-fencing": "lease", "set-lease_s": "10"}
FAILS = {**DOES, "set-fencing": "none"}


def post(led, phone, question: str, **fields):
    return phone.post(f"/j/{led.code}/vote/", {"question": question, "round": 1, **fields})


def written(led, *texts: str) -> list:
    """One phone for each text, in an open vote."""
    phones = [led.phone() for _ in texts]
    led.step("ask", question=SHORT)
    for phone, text in zip(phones, texts, strict=True):
        assert post(led, phone, SHORT, answer=text).status_code == 303
    return phones


def hold(led, phone, held: str, **more):
    return phone.post(f"/j/{led.code}/held/", {"question": SHORT, "held": held, **more})


def test_a_phone_says_before_sending_who_may_read_it(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=SHORT)
    page = room_of_people.seen(phone)
    assert "without your name, however few answer" in page and "Write nothing that says who you are" in page
    assert '<textarea class="ballot__words" name="answer"' in page


@pytest.mark.parametrize(
    ("text", "missing"),
    [("", "Write a line or two first"), (" \n ", "Write a line"), ("x" * 501, "up to 500 are kept")],
)
def test_L9_words_that_cannot_be_kept_are_refused_and_stay_in_the_form(room_of_people, text, missing):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=SHORT)
    answer = post(room_of_people, phone, SHORT, answer=text)
    assert answer.status_code == 422 and missing in answer.content.decode()
    assert text.strip() in answer.content.decode() and not Vote.objects.exists()


def test_the_reveal_shows_the_model_answer_and_the_words_of_the_room_only_when_the_instructor_shows_them(
    room_of_people,
):
    phones = written(room_of_people, "It may be alive.", "Because of the lease?")
    room_of_people.step("reveal")
    model = bank().questions[SHORT].model
    for page in (room_of_people.on_screen(), room_of_people.seen(phones[0])):
        assert model in unescape(page) and "A model answer" in page
    assert "Because of the lease?" not in room_of_people.on_screen() + room_of_people.seen(phones[0])
    assert "Show what the room wrote" in room_of_people.on_console()
    room_of_people.step("compare")
    for page in (room_of_people.on_screen(), room_of_people.seen(phones[0])):
        assert "What the room wrote" in page and "It may be alive." in page and "Because of the lease?" in page


def test_what_the_instructor_hides_reaches_no_screen_and_no_phone_and_can_be_shown_again(room_of_people):
    phones = written(room_of_people, "It may be alive.", "My boss is a fool.")
    assert "My boss" not in room_of_people.on_console(), "people still write"
    room_of_people.step("close")
    assert "My boss is a fool." in room_of_people.on_console()
    vote = next(one for one in Vote.objects.all() if "boss" in one.given["text"])
    room_of_people.step("hide_text", vote=vote.pk)
    room_of_people.step("reveal")
    room_of_people.step("compare")
    pages = [room_of_people.on_screen(), room_of_people.seen(phones[0])]
    assert all("It may be alive." in page and "My boss" not in page for page in pages)
    assert "<em>hidden</em>" in room_of_people.on_console()
    room_of_people.step("show_text", vote=vote.pk)
    assert "My boss is a fool." in room_of_people.on_screen()
    room_of_people.step("hide_text", vote=vote.pk)
    assert "My boss" not in room_of_people.on_screen() + room_of_people.seen(phones[0])


def test_only_an_answer_in_words_of_this_session_can_be_hidden(room_of_people, another_room):
    written(another_room, "Elsewhere.")
    elsewhere = Vote.objects.get()
    room_of_people.step("ask", question="failover-blip")
    room_of_people.vote(room_of_people.phone(), "promote")
    chosen = Vote.objects.exclude(pk=elsewhere.pk).get()
    for number in (elsewhere.pk, chosen.pk, 0, "x", "9" * 30):
        room_of_people.step("hide_text", vote=number, status=409)


def test_who_wrote_it_says_whether_they_had_it_and_may_think_again(room_of_people):
    one, two, three = written(room_of_people, "Alive.", "Dead.", "Who knows.")
    assert hold(room_of_people, one, "yes").status_code == 409, "the model answer is not there yet"
    room_of_people.step("reveal")
    assert "You wrote:" in room_of_people.seen(one) and "Alive." in room_of_people.seen(one)
    assert hold(room_of_people, one, "yes").status_code == 303
    assert hold(room_of_people, two, "yes").status_code == 303
    assert hold(room_of_people, two, "no").status_code == 303
    assert "You say that you had it" in room_of_people.seen(one)
    assert "did not have it yet" in room_of_people.seen(two)
    rights = {vote.given["text"]: (vote.right, vote.given.get("held")) for vote in Vote.objects.all()}
    assert rights == {"Alive.": (True, True), "Dead.": (False, False), "Who knows.": (None, None)}
    page = room_of_people.on_screen()
    assert "2 answers compared with it" in page and "1 (50\u2009%)" in page
    assert hold(room_of_people, three, "perhaps").status_code == 422
    late = room_of_people.phone()
    assert "You wrote no answer" in hold(room_of_people, late, "yes").content.decode()


def test_it_can_still_be_compared_on_the_receipt_when_the_session_is_over(room_of_people):
    (one,) = written(room_of_people, "Alive.")
    room_of_people.step("reveal")
    room_of_people.step("end")
    page = room_of_people.seen(one, f"j/{room_of_people.code}/mine/")
    assert bank().questions[SHORT].model in unescape(page) and "I had it" in page
    answer = hold(room_of_people, one, "no", back="mine")
    assert answer.status_code == 303 and answer["Location"] == f"/j/{room_of_people.code}/mine/"
    assert Vote.objects.get().right is False


def test_a_second_vote_in_words_is_the_one_that_is_compared(room_of_people):
    (one,) = written(room_of_people, "First thought.")
    room_of_people.step("discuss")
    room_of_people.step("vote_again")
    one.post(f"/j/{room_of_people.code}/vote/", {"question": SHORT, "round": 2, "answer": "Second thought."})
    room_of_people.step("reveal")
    hold(room_of_people, one, "yes")
    assert {vote.round: vote.right for vote in Vote.objects.all()} == {1: None, 2: True}
    assert "Second thought." in room_of_people.seen(one)


def test_words_are_text_and_nothing_else_everywhere(room_of_people):
    nasty = "<img src=x> {value:no/thing#x|s} *a* =1+1"
    (one,) = written(room_of_people, nasty)
    room_of_people.step("close")
    pages = [room_of_people.on_console(), room_of_people.seen(one, f"j/{room_of_people.code}/mine/")]
    room_of_people.step("reveal")
    room_of_people.step("compare")
    pages += [room_of_people.on_screen(), room_of_people.seen(one), room_of_people.on_console()]
    for page in pages:
        assert nasty in unescape(page) and "<img" not in page and "<em>a</em>" not in page


def test_only_so_many_texts_are_shown_and_the_rest_counted(room_of_people, monkeypatch):
    monkeypatch.setattr(results, "TEXTS_MAX", 2)
    phones = written(room_of_people, "One.", "Two.", "Three.")
    room_of_people.step("reveal")
    room_of_people.step("compare")
    page = room_of_people.seen(phones[0])
    assert len(re.findall(r"<li>(One|Two|Three)\.</li>", page)) == 2 and "And 1 more." in page


def test_a_screen_shows_what_it_has_room_for_and_says_how_many_more_there_are(room_of_people):
    texts = [f"{number}. " + "word " * 40 for number in range(6)] + ["Short one.", "Short two."]
    phones = written(room_of_people, *texts)
    room_of_people.step("reveal")
    room_of_people.step("compare")
    screen, phone = room_of_people.on_screen(), room_of_people.seen(phones[0])
    shown = sum(text.strip() in screen for text in texts)
    assert 3 <= shown < len(texts) and f"and {len(texts) - shown} more on the phones" in screen
    assert all(text.strip() in phone for text in texts)


def test_the_order_of_texts_says_nothing_of_when_they_came(room_of_people):
    orders = set()
    for start in range(4):
        texts = [f"Text {start} {number}" for number in range(5)]
        written(room_of_people, *texts)
        votes = list(Vote.objects.filter(given__text__startswith=f"Text {start}").order_by("pk"))
        found = results.texts_of(room_of_people.room, votes)
        orders.add(tuple(int(one.words[-1]) for one in found))
    assert len(orders) > 1 and (0, 1, 2, 3, 4) not in orders


def test_L25_words_are_in_the_file_and_count_in_the_summary_once_compared(room_of_people):
    phones = written(room_of_people, *[f"={place} words" for place in range(10)])
    room_of_people.step("reveal")
    for place, phone in enumerate(phones):
        hold(room_of_people, phone, "yes" if place < 5 else "no")
    text = room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/results.csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted(row["option"] for row in rows) == [f"'={place} words" for place in range(10)]
    assert sorted(row["correct"] for row in rows) == ["no"] * 5 + ["yes"] * 5
    page = room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/results/")
    assert "had it</td><td>5" in page and "words" not in page[page.index("Questions") : page.index("Misconceptions")]
    assert "A message" in page or "<td>5</td>" in page[page.index('id="misconceptions"') :]


def test_a_setting_is_checked_by_the_engine_and_the_tally_says_who_did_it(room_of_people):
    phones = [room_of_people.phone() for _ in range(3)]
    room_of_people.step("ask", question=SETTING)
    page = room_of_people.seen(phones[0])
    assert 'name="set-promote_after_s"' in page and "At most 250 writes are left on the old side" in page
    assert "At most 250 writes" in room_of_people.on_screen()
    for phone, fields in zip(phones, (DOES, FAILS, DOES), strict=True):
        assert post(room_of_people, phone, SETTING, **fields).status_code == 303
    assert [vote.right for vote in Vote.objects.order_by("pk")] == [True, False, True]
    room_of_people.step("reveal")
    page = room_of_people.on_screen()
    assert "2 (67\u2009%)" in page and "every condition holds" in page
    setting = bank().questions[SETTING].setting
    assert f"One setting that does it: {setting.words(setting.solution)}" in unescape(page)
    assert "result__ran" in page and page.count('<svg class="figure-svg') == 2
    assert setting.link(setting.solution) in unescape(room_of_people.seen(phones[0]))
    own = unescape(room_of_people.seen(phones[1], f"j/{room_of_people.code}/mine/"))
    assert "✗ does not hold" in own and "The run of what you set" in own


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "first."),
        ({**DOES, "set-lease_s": "soon"}, "which is not a number"),
        ({**DOES, "set-lease_s": "1e9"}, "It may be"),
        ({**DOES, "set-fencing": "prayer"}, "It may be"),
        ({**DOES, "set-lease_s": "nan"}, "It may be"),
    ],
)
def test_L9_a_setting_that_cannot_be_run_is_refused_with_what_is_allowed(room_of_people, fields, said):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=SETTING)
    answer = post(room_of_people, phone, SETTING, **fields)
    assert answer.status_code == 422 and said in unescape(answer.content.decode())
    assert not Vote.objects.exists()


def test_a_second_vote_on_a_setting_shows_the_shift(room_of_people):
    phones = [room_of_people.phone() for _ in range(2)]
    room_of_people.step("ask", question=SETTING)
    for phone in phones:
        post(room_of_people, phone, SETTING, **FAILS)
    room_of_people.step("discuss")
    assert "At most 250 writes" in room_of_people.seen(phones[0])
    room_of_people.step("vote_again")
    for phone in phones:
        phone.post(f"/j/{room_of_people.code}/vote/", {"question": SETTING, "round": 2, **DOES})
    room_of_people.step("reveal")
    room_of_people.step("compare")
    page = room_of_people.on_screen()
    assert "<td>not every condition holds</td><td>every condition holds</td><td>2</td>" in page


def test_L16_both_kinds_go_with_others_at_ones_own_pace(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask_several", question=[SHORT, SETTING])
    post(room_of_people, phone, SHORT, answer="Alive.")
    post(room_of_people, phone, SETTING, **DOES)
    assert "2 of 2 answered" in room_of_people.seen(phone)
    room_of_people.step("reveal")
    assert hold(room_of_people, phone, "yes").status_code == 303
    page = room_of_people.on_screen()
    assert f"result-{SHORT}" in page and f"result-{SETTING}" in page


@pytest.mark.parametrize("name", [SHORT, SETTING])
def test_L24_a_rehearsal_answers_both_kinds(room_of_people, name):
    room_of_people.step("ask", question=name)
    assert room_of_people.teacher.post(f"/teach/{room_of_people.code}/rehearsal/").status_code == 303
    assert Vote.objects.count() == 30 and {vote.right for vote in Vote.objects.all()} == {True, False}
    room_of_people.step("reveal")
    assert "figure-svg" in room_of_people.on_screen()


def test_every_short_answer_and_every_setting_of_the_course_can_be_asked_and_revealed(room_of_people):
    lesson = room_of_people.session.lesson
    names = [one.id for one in bank().questions.values() if one.kind in ("short", "set_controls")]
    own = [name for name in names if bank().questions[name].lesson == lesson]
    assert len(own) >= 3
    for name in own:
        room_of_people.step("ask", question=name)
        asked, phone = asked_of(room_of_people.room, name), room_of_people.phone()
        assert asked is not None
        fields = {key: values[0] for key, values in asked.form(solution(bank().questions[name])).items()}
        assert post(room_of_people, phone, name, **fields).status_code == 303
        room_of_people.step("reveal")
        assert f"result-{name}" in room_of_people.on_screen()
