"""Does a whole session run, and is every step what it says?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from classroom import rooms
from classroom.models import ClassEvent, Participant, Vote
from courses.catalogue import catalogue

QUESTION = "failover-blip"
WRONG, RIGHT = "promote", "nothing"


def test_L1_joining_is_one_post_without_a_name_and_offers_a_pseudonym(room_of_people):
    phone = room_of_people.phone()
    page = room_of_people.seen(phone)
    person = Participant.objects.get(session=room_of_people.session)
    assert person.pseudonym in page
    assert phone.cookies["classroom"]["httponly"] and phone.cookies["classroom"]["samesite"] == "Lax"
    assert not [name for name in phone.cookies if name != "classroom"]


def test_L1_the_form_for_codes_takes_small_letters_and_spaces(room_of_people, reader):
    code = room_of_people.code
    answer = reader.post("/join/", {"code": f" {code[:3].lower()} {code[3:].lower()} "})
    assert answer.status_code == 303 and answer["Location"] == f"/j/{code}/"


def test_L1_joining_twice_is_one_person(room_of_people):
    phone = room_of_people.phone()
    phone.post(f"/j/{room_of_people.code}/")
    assert Participant.objects.filter(session=room_of_people.session).count() == 1


def test_L2_every_screen_page_says_address_and_code_and_shows_the_picture(room_of_people):
    for kind, data in [
        ("", {}),
        ("ask", {"question": QUESTION}),
        ("reveal", {}),
        ("pause", {}),
        ("resume", {}),
        ("end", {}),
    ]:
        if kind:
            room_of_people.step(kind, **data)
        page = room_of_people.on_screen()
        assert "testserver<wbr>/join" in page and f"<strong>{room_of_people.code}</strong>" in page
        assert '<div class="badge__code"><svg' in page


def test_L3_a_late_joiner_lands_in_the_open_vote(room_of_people):
    room_of_people.step("ask", question=QUESTION)
    page = room_of_people.seen(room_of_people.phone())
    assert f'name="question" value="{QUESTION}"' in page and "Send my answer" in page


def test_L4_a_double_tap_stores_one_vote_and_the_page_says_it_is_in_only_then(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    assert "Your answer is in" not in room_of_people.seen(phone)
    for _ in range(2):
        assert room_of_people.vote(phone, WRONG).status_code == 303
    assert Vote.objects.count() == 1
    assert "Your answer is in" in room_of_people.seen(phone)


def test_L4_the_script_gets_the_ballot_with_the_word_of_the_server(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    answer = phone.post(
        f"/j/{room_of_people.code}/vote/",
        {"question": QUESTION, "round": 1, "answer": WRONG},
        headers={"X-Part": "yes"},
    )
    text = answer.content.decode()
    assert (
        answer.status_code == 200
        and text.startswith('<div id="')
        and "<html" not in text
        and "Your answer is in" in text
    )


def test_L8_a_vote_changes_while_it_is_open_and_never_after(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    room_of_people.vote(phone, WRONG)
    room_of_people.vote(phone, RIGHT)
    assert Vote.objects.get().given == RIGHT
    room_of_people.step("discuss")
    room_of_people.step("read", section="")
    for event in ClassEvent.objects.all():  # the grace of two seconds is over
        event.at -= timedelta(seconds=10)
        event.save()
    rooms._rooms.clear()
    answer = room_of_people.vote(phone, WRONG)
    assert answer.status_code == 409 and "closed" in answer.content.decode()
    assert Vote.objects.get().given == RIGHT


def test_L8_the_grace_is_stated_and_holds_only_while_the_answer_is_hidden(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    assert "up to 2 s after closing still counts" in room_of_people.on_console()
    room_of_people.step("close")
    assert room_of_people.vote(phone, WRONG).status_code == 303, "it was on its way"
    room_of_people.step("reveal")
    assert room_of_people.vote(phone, RIGHT).status_code == 409, "the answer is on the phone by now"
    assert Vote.objects.get().given == WRONG


@pytest.mark.parametrize(
    ("question", "posted", "missing"),
    [
        (QUESTION, {}, "Choose one option first."),
        ("failover-fence", {}, "Choose at least one option first."),
        ("failover-mean-detection", {"answer": "soon"}, "is not a number"),
        ("failback-order", {}, "Give every line a place"),
    ],
)
def test_L9_what_is_missing_is_said_and_nothing_is_stored(room_of_people, question, posted, missing):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=question)
    answer = phone.post(f"/j/{room_of_people.code}/vote/", {"question": question, "round": 1, **posted})
    assert answer.status_code == 422 and missing in answer.content.decode()
    assert not Vote.objects.exists()


def test_L10_the_second_vote_stands_before_the_first_and_the_shift_is_a_flow_and_a_table(room_of_people):
    phones = [room_of_people.phone() for _ in range(4)]
    room_of_people.step("ask", question=QUESTION)
    for phone in phones:
        room_of_people.vote(phone, WRONG)
    room_of_people.step("discuss")
    room_of_people.step("vote_again")
    for phone in phones[:3]:
        room_of_people.vote(phone, RIGHT, round=2)
    room_of_people.vote(phones[3], WRONG, round=2)
    room_of_people.step("reveal")
    alone = room_of_people.on_screen()
    assert "Vote 2: 4 answers" in alone and "Vote 1:" not in alone and "Who moved" not in alone
    room_of_people.step("compare")
    page = room_of_people.on_screen()
    assert page.index("Vote 2: 4 answers") < page.index("Vote 1: 4 answers") < page.index("Who moved")
    assert 'aria-label="Who moved: 3 from' in page
    assert "<td>3</td></tr><tr>" in page


def test_L11_the_suggestion_comes_with_its_reason_and_follows_the_thresholds(room_of_people):
    phones = [room_of_people.phone() for _ in range(4)]
    room_of_people.step("ask", question=QUESTION)
    for phone, given in zip(phones, [RIGHT, WRONG, WRONG, WRONG], strict=True):
        room_of_people.vote(phone, given)
    assert "Suggestion:" not in room_of_people.on_console()
    room_of_people.step("close")
    assert "Suggestion: teach again." in room_of_people.on_console()
    assert "25% are right, under 30%" in room_of_people.on_console()
    room_of_people.step("set_shares", low=20, high=60)
    assert "Suggestion: discuss and vote again." in room_of_people.on_console()
    assert room_of_people.room.state.phase == "vote_1", "a suggestion does nothing by itself"


def test_L12_the_instructor_sees_after_the_reveal_who_was_sure_and_wrong(room_of_people):
    phones = [room_of_people.phone() for _ in range(2)]
    room_of_people.step("ask", question=QUESTION)
    room_of_people.vote(phones[0], WRONG, confidence="high")
    room_of_people.vote(phones[1], WRONG, confidence="low")
    assert "Sure and wrong" not in room_of_people.on_console()
    room_of_people.step("reveal")
    assert "Sure and wrong" in room_of_people.on_console()
    assert "<li>1: " in room_of_people.on_console()
    assert "Sure and wrong" not in room_of_people.on_screen()


def test_L13_numbers_collect_as_a_distribution_with_the_answer_drawn_through_it(room_of_people):
    phones = [room_of_people.phone() for _ in range(3)]
    room_of_people.step("ask", question="failover-mean-detection")
    for phone, guess in zip(phones, ["5", "15", "40"], strict=True):
        assert room_of_people.vote(phone, guess, question="failover-mean-detection").status_code == 303
    assert "figure-svg" not in room_of_people.on_screen()
    room_of_people.step("reveal")
    page = room_of_people.on_screen()
    assert "figure-svg--plot" in page and "the answer" in page and "middle of the room" in page
    assert "As a table" in page


def test_L14_a_question_is_reset_skipped_looked_back_at_and_made_up(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    room_of_people.vote(phone, WRONG)
    room_of_people.step("reset")
    assert "Your answer is in" not in room_of_people.seen(phone)
    assert Vote.objects.count() == 1, "nothing is destroyed"
    room_of_people.step("reveal")
    room_of_people.step("skip", question="failover-fence")
    room_of_people.step("look_back", question=QUESTION)
    assert room_of_people.room.state.phase == "reveal"
    made = {"number": room_of_people.room.state.number, "prompt": "Tea or coffee?", "options": "Tea\nCoffee"}
    assert room_of_people.teacher.post(f"/teach/{room_of_people.code}/improvise/", made).status_code == 303
    page = room_of_people.seen(phone)
    assert "Tea or coffee?" in page and "Coffee" in page
    assert room_of_people.vote(phone, "2", question=room_of_people.room.state.question_id).status_code == 303
    room_of_people.step("reveal")
    assert "1 (100" in room_of_people.on_screen()


def test_L16_several_questions_run_at_ones_own_pace_with_progress(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask_several", question=[QUESTION, "failover-fence"])
    assert "0 of 2 answered" in room_of_people.seen(phone)
    room_of_people.vote(phone, WRONG)
    assert "1 of 2 answered" in room_of_people.seen(phone)
    assert "<strong>1 answered</strong>" in room_of_people.on_console()
    assert "result" not in room_of_people.on_screen()
    room_of_people.step("reveal")
    page = room_of_people.on_screen()
    assert f"result-{QUESTION}" in page and "result-failover-fence" in page


def test_L18_the_run_sheet_marks_the_step_and_says_where_the_clock_is(room_of_people):
    assert "The clock starts with the first step" in room_of_people.on_console()
    room_of_people.step("ask", question="failover-fence")
    page = room_of_people.on_console()
    assert 'aria-current="step"' in page and "Minute 0 of" in page
    assert "What to ask those who answered wrongly" in page


def test_L19_phones_show_the_section_and_whoever_browses_gets_back_with_one_button(room_of_people):
    section = catalogue().lessons[room_of_people.session.lesson].sections[0]
    phone = room_of_people.phone()
    room_of_people.step("read", section=section.anchor)
    assert section.title in room_of_people.seen(phone)
    browsing = room_of_people.seen(phone, f"j/{room_of_people.code}/lesson/")
    assert f'href="/j/{room_of_people.code}/">Back to the room' in browsing


def test_L20_an_experiment_opens_on_phones_or_runs_on_the_screen_with_the_setting_chosen_by_vote(room_of_people):
    block = catalogue().lessons[room_of_people.session.lesson].experiments[0]
    phone = room_of_people.phone()
    room_of_people.step("run", anchor=block.anchor, where="phones")
    page = room_of_people.seen(phone)
    assert f'href="/widgets/{block.slug}/?' in page and "Open the experiment" in page
    posted = {"number": room_of_people.room.state.number, "anchor": block.anchor}
    assert room_of_people.teacher.post(f"/teach/{room_of_people.code}/improvise/", posted).status_code == 303
    room_of_people.vote(phone, "2", question=room_of_people.room.state.question_id)
    room_of_people.step("close")
    assert "The room chose" in room_of_people.on_console()
    wanted = room_of_people.room.improvised[room_of_people.room.state.question_id]["presets"][1]
    room_of_people.step("run", anchor=block.anchor, where="screen", preset=wanted)
    assert f"preset={wanted}" in room_of_people.room.state.experiment["query"]
    assert "stage__sentence" in room_of_people.on_screen()


def test_L21_a_signal_reaches_the_console_without_a_name(room_of_people):
    phone = room_of_people.phone()
    assert "Passed on" in phone.post(f"/j/{room_of_people.code}/signal/", {"kind": "lost"}).content.decode()
    page = room_of_people.on_console()
    assert "lost <strong>1</strong> ↑" in page
    assert Participant.objects.get().pseudonym not in page
    assert phone.post(f"/j/{room_of_people.code}/signal/", {"kind": "bored"}).status_code == 422
    phone.post(f"/j/{room_of_people.code}/signal/", {"kind": "lost"})
    assert "lost <strong>1</strong>" in room_of_people.on_console(), "an impatient thumb is one signal"


def test_L22_the_wall_takes_questions_and_up_votes_and_the_instructor_hides_and_answers(room_of_people):
    one, two = room_of_people.phone(), room_of_people.phone()
    one.post(f"/j/{room_of_people.code}/ask/", {"text": "What is <b>fencing</b>?"})
    asked = room_of_people.session.wall.get()
    for _ in range(2):
        two.post(f"/j/{room_of_people.code}/ask/{asked.pk}/")
    page = room_of_people.on_console()
    assert "What is &lt;b&gt;fencing&lt;/b&gt;?" in page and "▲ 1" in page
    room_of_people.teacher.post(f"/teach/{room_of_people.code}/wall/{asked.pk}/", {"action": "answered"})
    assert "(answered)" in room_of_people.seen(two)
    room_of_people.teacher.post(f"/teach/{room_of_people.code}/wall/{asked.pk}/", {"action": "hide"})
    assert "fencing" not in room_of_people.seen(two)
    assert two.post(f"/j/{room_of_people.code}/ask/{asked.pk}/").status_code == 404


def test_L24_a_rehearsal_fills_the_room_is_labelled_and_counts_in_no_result(room_of_people):
    room_of_people.step("ask", question=QUESTION)
    assert room_of_people.teacher.post(f"/teach/{room_of_people.code}/rehearsal/").status_code == 303
    assert Vote.objects.count() == 30
    room_of_people.step("reveal")
    assert "Rehearsal: 30" in room_of_people.on_console() and "Rehearsal: 30" in room_of_people.on_screen()
    results = room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/results/")
    assert "Nobody has answered yet." in results and "30 simulated participants are left out" in results
    rows = room_of_people.seen(room_of_people.teacher, f"teach/{room_of_people.code}/results.csv")
    assert len(rows.splitlines()) == 1
    room_of_people.teacher.post(f"/teach/{room_of_people.code}/rehearsal/", {"action": "end"})
    assert not Vote.objects.exists() and "Rehearsal" not in room_of_people.on_screen()


def test_N15_printed_cards_are_counted_in_by_hand_and_counting_again_replaces_them(room_of_people):
    phone = room_of_people.phone()
    room_of_people.step("ask", question=QUESTION)
    room_of_people.vote(phone, WRONG)
    path = f"/teach/{room_of_people.code}/cards/"
    assert room_of_people.teacher.post(path, {f"card-{RIGHT}": 4, f"card-{WRONG}": 3}).status_code == 303
    assert Vote.objects.count() == 8
    assert room_of_people.teacher.post(path, {f"card-{RIGHT}": 5}).status_code == 303
    assert sorted(one.given for one in Vote.objects.all()) == [RIGHT] * 5 + [WRONG]
    for bad in ({f"card-{RIGHT}": "-1"}, {f"card-{RIGHT}": "201"}, {f"card-{RIGHT}": "many"}):
        assert room_of_people.teacher.post(path, bad).status_code == 409
    room_of_people.step("discuss")
    assert room_of_people.teacher.post(path, {f"card-{RIGHT}": 1}).status_code == 409
    room_of_people.step("vote_again")
    room_of_people.teacher.post(path, {f"card-{RIGHT}": 5})
    room_of_people.step("reveal")
    room_of_people.step("compare")
    assert 'aria-label="Who moved: 5 from A to A' in room_of_people.on_screen()
