"""Practice and exam in a browser: by keyboard, by thumb, without scripts, left and taken up again."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from lessons.quizzes.marking import answer_form, solution
from quizzes.bank import bank
from study.models import Answer, Practice

pytestmark = pytest.mark.browser

CHOICES = ("failover-blip", "failback-when", "failover-opening-first-step", "traffic-anycast-state")


def _planned(page, mode: str = "practice", names=CHOICES) -> Practice:
    """A practice or exam of these questions for the learner of the page, which begins one to become a learner."""
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/0/")
    sitting = Practice.objects.filter(mode=mode).latest("id")
    sitting.plan = [[name, None] for name in names]
    sitting.save()
    page.reload()
    return sitting


def _right(question_id: str) -> str:
    return solution(bank().questions[question_id])


def _violations(page) -> list:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


def _pressed_to(page, target, key: str = "Tab", times: int = 60) -> None:
    """Presses a key until the focus is there, as somebody without a mouse does."""
    for _ in range(times):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches it")


def test_a_practice_is_begun_answered_and_ended_by_keyboard_alone_s1_c1(desktop):
    page = desktop.open("/practice/?source=lesson:failover-and-failback")
    start = page.get_by_role("button", name="Start", exact=True)
    _pressed_to(page, start)
    page.keyboard.press("Enter")
    page.wait_for_url("**/0/")
    Practice.objects.update(plan=[[name, None] for name in CHOICES[:2]])
    page.reload()
    for name in CHOICES[:2]:
        answer = _right(name)
        page.locator("body").press("Tab")
        first = page.locator("input[name=answer]").first
        _pressed_to(page, first)
        _pressed_to(page, page.locator(f"input[value={answer}]"), key="ArrowDown")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator(".feedback__verdict")).to_have_text("Right.")
        expect(page.locator(".feedback__verdict")).to_be_focused()
        _pressed_to(page, page.locator(".practice > .actions a"))
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_be_focused()
    expect(page.locator("h1")).to_have_text("2 of 2 right at once")
    assert Answer.objects.filter(right=True).count() == 2


def test_a_verdict_a_hint_and_the_next_question_take_the_focus_and_the_address_follows_c2(desktop):
    page = desktop.open("/practice/")
    sitting = _planned(page)
    page.mouse.move(9, 9)
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="I don’t know").click()
    expect(page.locator(".question__hint")).to_be_focused()
    page.get_by_role("button", name="Show me the answer").click()
    expect(page.locator(".feedback__verdict")).to_be_focused()
    page.get_by_role("link", name="Next question").click()
    expect(page.locator("h1")).to_be_focused()
    assert page.url.endswith(f"/practice/{sitting.pk}/1/")
    page.go_back()
    expect(page.locator(".feedback__verdict")).to_have_text("Here is the answer.")
    expect(page.locator(".masthead")).to_have_count(1)
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("Question 2 of")


def test_a_practice_is_taken_up_at_the_exact_question_after_the_browser_was_closed_s1(profile, desktop):
    page = desktop.open("/practice/")
    sitting = _planned(page)
    page.locator(f"input[value={_right(CHOICES[0])}]").check()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator(".feedback__verdict")).to_have_text("Right.")
    kept = desktop.context.storage_state()
    page.close()
    later = profile(viewport={"width": 1280, "height": 800}, storage_state=kept).open("/practice/")
    later.get_by_role("link", name="Question 2 of 4").click()
    expect(later.locator("h1")).to_have_text("Question 2 of 4")
    expect(later.locator(f"#question-{CHOICES[1]}")).to_be_visible()
    assert later.url.endswith(f"/practice/{sitting.pk}/1/")


def test_practice_and_exam_work_without_scripts_s1_s16(profile):
    watched = profile(java_script_enabled=False)
    page = watched.open("/practice/")
    sitting = _planned(page, names=CHOICES[:2])
    page.get_by_role("button", name="I don’t know").click()
    expect(page.locator(".question__hint")).to_be_visible()
    page.get_by_role("button", name="Show me the answer").click()
    assert page.url.endswith(f"/practice/{sitting.pk}/0/#question-{CHOICES[0]}")
    page.get_by_role("link", name="Next question").click()
    page.locator(f"input[value={_right(CHOICES[1])}]").check()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator(".feedback__verdict")).to_have_text("Right.")
    page.goto(watched.address + "/practice/exam/")
    exam = _planned(page, "exam", CHOICES[:2])
    page.locator(f"input[value={_right(CHOICES[0])}]").check()
    page.get_by_label("Flag it").check()
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.locator("h1")).to_have_text("Question 2 of 2")
    page.get_by_role("button", name="Leave it open").click()
    expect(page.locator("h1")).to_have_text("1 of 2 answered")
    page.get_by_role("button", name="Hand in with 1 open").click()
    expect(page.locator("h1")).to_have_text("1 of 2 right")
    assert page.url.endswith(f"/practice/exam/{exam.pk}/")


def test_an_exam_in_place_keeps_its_address_its_answers_and_its_silence_s16(desktop):
    page = desktop.open("/practice/exam/")
    exam = _planned(page, "exam")
    page.mouse.move(9, 9)
    page.wait_for_load_state("networkidle")
    page.locator(f"input[value={_right(CHOICES[0])}]").check()
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.locator("h1")).to_have_text("Question 2 of 4")
    expect(page.locator("h1")).to_be_focused()
    assert page.url.endswith(f"/practice/exam/{exam.pk}/1/")
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.locator(".question__problem")).to_be_focused()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Question 1 of 4")
    expect(page.locator(f"input[value={_right(CHOICES[0])}]")).to_be_checked()
    assert not re.search("Right|Not yet|✓|✗", page.locator("main").inner_text())
    assert not Answer.objects.exists()


def test_a_thumb_can_hit_everything_in_a_practice_and_an_exam_c4(phone):
    page = phone.open("/practice/")
    _targets(page)
    _planned(page)
    _targets(page)
    page.get_by_role("button", name="I don’t know").tap()
    page.get_by_role("button", name="Show me the answer").tap()
    page.wait_for_selector(".feedback__verdict")
    _targets(page)
    page = phone.open("/practice/exam/")
    _planned(page, "exam")
    _targets(page)
    page.get_by_role("link", name="Overview").tap()
    page.wait_for_selector(".practice__places")
    _targets(page)


def _targets(page) -> None:
    """Every button, option and link that stands alone is at least 44 px high, and nothing is wider than the phone."""
    found = page.locator(
        "main .option:visible, main button:visible, main .button:visible, main select:visible, .practice__place a"
    )
    assert found.count() >= 2
    for index in range(found.count()):
        box = found.nth(index).bounding_box()
        if found.nth(index).evaluate("e => e.closest('copy-link') === null"):
            assert box["height"] >= 44, found.nth(index).evaluate("e => e.outerHTML")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_exam_on_paper_has_every_reason_and_no_buttons_s16(desktop):
    page = desktop.open("/practice/exam/")
    exam = _planned(page, "exam", CHOICES[:2])
    page.locator(f"input[value={_right(CHOICES[0])}]").check()
    page.get_by_role("button", name="Keep and go on").click()
    page.wait_for_selector("h1:has-text('2 of 2')")
    page.goto(f"{desktop.address}/practice/exam/{exam.pk}/")
    page.get_by_role("button", name="Hand in").click()
    reasons = page.locator(".practice__reasons .feedback__reasons")
    reasons.wait_for(state="attached")
    assert not reasons.is_visible(), "what was right is closed on a screen"
    page.emulate_media(media="print")
    assert reasons.bounding_box()["height"] > 100
    assert not page.locator(".practice button:visible, .practice .button:visible").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_middle_and_at_the_end_of_a_practice_and_an_exam(profile, scheme):
    watched = profile(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page = watched.open("/practice/")
    _planned(page)
    found = _violations(page)
    page.get_by_role("button", name="I don’t know").click()
    page.wait_for_selector(".question__hint")
    found += _violations(page)
    page.get_by_role("button", name="Show me the answer").click()
    page.wait_for_selector(".feedback__verdict")
    found += _violations(page)
    page.goto(watched.address + "/practice/")
    found += _violations(page)
    page.get_by_role("button", name="End it").click()
    page.wait_for_selector(".practice__every")
    found += _violations(page)
    page.goto(watched.address + "/practice/exam/")
    exam = _planned(page, "exam")
    found += _violations(page)
    page.goto(f"{watched.address}/practice/exam/{exam.pk}/")
    found += _violations(page)
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_selector(".feedback")
    found += _violations(page)
    assert not found, found


@pytest.mark.parametrize("kind", ["number", "several", "order", "match", "set_controls", "timeline_fault", "short"])
def test_every_kind_of_question_is_answered_in_a_practice_as_it_is_alone_s8(desktop, kind):
    asked = next(one for one in bank().questions.values() if one.kind == kind and one.seed is None)
    page = desktop.open("/practice/")
    _planned(page, names=(asked.id, CHOICES[0]))
    page.mouse.move(9, 9)
    page.wait_for_load_state("networkidle")
    for name, texts in answer_form(asked, solution(asked)).items():
        for text in texts:
            field = page.locator(f"#question-{asked.id} [name='{name}']")
            if kind in ("several", "timeline_fault"):
                page.locator(f"input[value='{text}']").check()
            elif name == "held":
                page.get_by_role("button", name="Compare").click()
                page.get_by_role("button", name="I had it").click()
            elif field.evaluate("e => e.localName") == "select":
                field.select_option(text)
            else:
                field.fill(text)
    if kind != "short":
        page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator(".feedback__verdict")).to_have_text("Right.")
    expect(page.get_by_role("link", name="Next question")).to_be_visible()
    assert Answer.objects.get().asked_in == "practice"
