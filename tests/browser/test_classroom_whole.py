"""A whole class session over live streams: console, screen and five phones, and what each of them is sent.

The server is one of its own, as `make serve` starts it, so that pages, parts and streams are the real ones.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from classroom.asked import Asked
from classroom.receipt import answer_words
from courses.catalogue import catalogue
from quizzes.bank import bank
from tests.browser.class_people import (
    CONSOLE,
    LESSON,
    PROJECTOR,
    QUESTION,
    SMALL,
    Person,
    ask,
    gathered,
    join,
    press,
    served_alone,
    session_opened,
    unfold,
    vote,
    words_in,
)
from widgets.templatetags.inline import inline

pytestmark = pytest.mark.browser

SIGNS = ("✓", "✗", "result__", "figure-svg", "data-right", "misconception", "Suggestion", "Sure and wrong", "token=")
VOTE_1 = ("promote", "promote", "promote", "nothing", "short")
VOTE_2 = ("nothing", "nothing", "promote", "nothing", "nothing")


@pytest.fixture
def server(tmp_path):
    with served_alone(tmp_path) as made:
        yield made


@pytest.fixture
def person(browser, server):
    with gathered(browser, server.address) as made:
        yield made


def prediction_asked() -> Asked:
    """The first prediction of a number in the lesson."""
    for block in catalogue().lessons[LESSON].experiments:
        if block.prediction and bank().predictions[block.prediction].prediction.kind == "number":
            made = bank().predictions[block.prediction].prediction
            return Asked(block.prediction, 1, made.prompt, prediction=made, experiment=block)
    raise AssertionError("the lesson predicts a number")


def secrets() -> dict[str, list[str]]:
    """What tells an answer, as it is said where it may be: of the prediction, and of the question."""
    predicted = prediction_asked()
    answer = answer_words(predicted, predicted.solution())
    question = bank().questions[QUESTION]
    reasons = [option.reason for option in question.options]
    return {
        "prediction": ["The run says", words_in(answer), words_in(str(inline(predicted.why)))],
        "question": [words_in(str(inline(text))) for text in [*reasons, question.hint]],
    }


def nothing_told(phase: str, people: list[Person], *kinds: str, after: int = -1) -> None:
    """No page, response or message since the last look, of steps after that one, holds an answer or a distribution."""
    texts = [text for kind in kinds for text in secrets()[kind]]
    for place, one in enumerate(people):
        said = one.sent(after)
        for told in [*texts, *SIGNS]:
            assert told not in said, f"{phase}, person {place}: {told}"
        shares = re.findall(r"\d+ ?%", said)
        assert not shares, f"{phase}, person {place}: {shares}"


def test_L6_L7_a_whole_session_with_console_screen_and_five_phones_tells_nothing_before_its_time(person, server):
    teacher, screen = person(**CONSOLE), person(**PROJECTOR)
    code = session_opened(teacher, screen)
    steady, plain, reloading, fading = (
        join(person(**SMALL, java_script_enabled=scripts), code) for scripts in (True, False, True, True)
    )
    phones = [steady, plain, reloading, fading]
    room = [screen, *phones]
    assert not teacher.page.locator(".live__lost").is_visible()
    nothing_told("lobby", room, "prediction", "question")

    predicted = prediction_asked()
    unfold(teacher, "Experiments and predictions")
    teacher.page.get_by_role("button", name=f"Predict: {predicted.experiment.anchor}").click()
    expect(screen.page.locator(".stage__phase")).to_contain_text("Predict")
    for phone, guess in zip(phones, ("60", "90", "150", "600"), strict=True):
        phone.look()
        phone.page.locator("input[name=guess]").fill(guess)
        phone.page.get_by_role("button", name="Send my answer").click()
        expect(phone.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    expect(screen.page.locator("[data-count=voted]")).to_have_text("4")
    nothing_told("predict", room, "prediction", "question")
    press(teacher, "Close the vote", "closed")
    expect(screen.page.locator(".stage__phase")).to_contain_text("closed")
    plain.look()
    nothing_told("predictions closed", room, "prediction", "question")
    press(teacher, "Reveal the result", "Result on show")
    expect(screen.page.get_by_text("The run says")).to_be_visible()
    plain.look()
    for one in room:
        expect(one.page.locator(".result")).to_be_visible()
        told = one.sent()
        assert all(text in told for text in secrets()["prediction"]), "the search would have found it"
    shown = screen.number

    ask(teacher)
    expect(screen.page.locator(".stage__prompt")).to_contain_text("The link to the primary")
    vote(steady, VOTE_1[0])
    vote(plain, VOTE_1[1])
    vote(reloading, VOTE_1[2])
    reloading.page.reload()
    expect(reloading.page.locator(f"input[value={VOTE_1[2]}]")).to_be_checked()
    expect(reloading.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    fading.page.locator(f"input[value={VOTE_1[3]}]").check()
    fading.context.set_offline(True)
    fading.page.get_by_role("button", name="Send my answer").click()
    expect(fading.page.locator(".ballot__status")).to_contain_text("Not sent yet")
    expect(fading.page.locator(".live__lost")).to_contain_text("The session is still on; your answer will be sent")
    late = join(person(**SMALL), code)
    phones.append(late)
    room.append(late)
    vote(late, VOTE_1[4])
    expect(teacher.page.locator("[data-count=voted]")).to_have_text("4")
    fading.context.set_offline(False)
    expect(fading.page.locator(".ballot__status")).to_contain_text("Your answer is in")
    expect(screen.page.locator("[data-count=voted]")).to_have_text("5")
    nothing_told("vote 1", room, "question", after=shown)
    press(teacher, "Close the vote", "closed")
    expect(teacher.page.locator(".advised").first).to_contain_text("Suggestion: teach again. 20% are right")
    plain.look()
    expect(steady.page.locator("h1")).to_have_text("The vote is closed")
    nothing_told("vote 1 closed", room, "question", after=shown)
    press(teacher, "Discuss", "Discussion")
    plain.look()
    for phone in phones:
        expect(phone.page.locator("h1")).to_contain_text("Talk to somebody")
    nothing_told("discussion", room, "question", after=shown)

    press(teacher, "Vote again", "Vote 2 open")
    plain.look()
    for phone, option in zip(phones, VOTE_2, strict=True):
        expect(phone.page.locator("h1")).to_have_text("Vote again")
        vote(phone, option)
    expect(screen.page.locator("[data-count=voted]")).to_have_text("5")
    nothing_told("vote 2", room, "question", after=shown)
    press(teacher, "Reveal the result", "Result on show")
    expect(screen.page.get_by_text("Vote 2: 5 answers")).to_be_visible()
    assert not screen.page.get_by_text("Who moved").count(), "the second vote stands alone first"
    teacher.page.get_by_role("button", name="Show vote 1 and who moved").click()
    expect(screen.page.get_by_text("Who moved between the votes")).to_be_visible()
    said = screen.sent()
    assert "4 (80 %)" in said and "3 (60 %)" in said, "the search would have found a share"
    plain.look()
    for phone in phones:
        expect(phone.page.get_by_text("Who moved between the votes")).to_be_visible()
        told = phone.sent()
        assert all(text in told for text in secrets()["question"][:-1]), "the search would have found them"

    unfold(teacher, "Experiments and predictions")
    teacher.page.get_by_role("button", name=f"On all phones: {predicted.experiment.anchor}").click()
    plain.look()
    for phone in phones:
        expect(phone.page.get_by_role("link", name="Open the experiment")).to_be_visible()
    with steady.context.expect_page() as opened:
        steady.page.get_by_role("link", name="Open the experiment").click()
    expect(opened.value.locator("h1")).to_be_visible()
    press(teacher, "End the session", "Ended")
    plain.look()
    for phone in phones:
        phone.page.get_by_role("link", name="Your answers, and what is right").click()
        expect(phone.page.get_by_text("The cut heals by itself, and nothing has to be merged.")).to_be_visible()

    assert {"part", "counts"} == set(screen.heard) and "part" in steady.heard, "it came by stream"
    assert "counts" not in steady.heard, "a phone hears nothing of the votes of others"
    assert counted(server.votes()) == {(prediction_asked().id, 1): 4, (QUESTION, 1): 5, (QUESTION, 2): 5}


def counted(votes: list[tuple[str, int, int, str]]) -> dict[tuple[str, int], int]:
    """How many votes there are by question and round; each participant at most once in each."""
    assert len({one[:3] for one in votes}) == len(votes)
    assert sorted(one[3] for one in votes if one[:2] == (QUESTION, 2)) == sorted(VOTE_2)
    return dict(Counter(one[:2] for one in votes))
