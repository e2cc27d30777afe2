"""Questions in a browser: where does the focus go, what can a thumb hit, what is left without scripts?"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LESSON = "/lessons/failover-and-failback/"


def test_the_focus_moves_to_the_verdict_and_to_the_hint(desktop):
    page = desktop.open(LESSON)
    question = page.locator("#question-failover-blip")
    question.get_by_role("button", name="I don’t know").click()
    expect(question.locator(".question__hint")).to_be_focused()
    question.locator("input[value=promote]").check()
    question.get_by_role("button", name="Answer").click()
    expect(question.locator(".feedback__verdict")).to_be_focused()
    expect(question.locator(".reason--chosen")).to_contain_text("Misconception")


def test_an_empty_answer_says_what_is_missing_in_place_and_keeps_what_was_given(desktop):
    page = desktop.open(LESSON)
    question = page.locator("#question-failback-order")
    question.locator("select").first.select_option("3")
    question.get_by_role("button", name="Answer").click()
    expect(question.locator(".question__problem")).to_be_focused()
    expect(question.locator(".question__problem")).to_contain_text("Give every line a place")
    expect(question.locator("select").first).to_have_value("3")


def test_trying_again_stays_in_the_lesson(desktop):
    page = desktop.open(LESSON)
    question = page.locator("#question-failover-blip")
    question.locator("input[value=promote]").check()
    question.get_by_role("button", name="Answer").click()
    question.get_by_role("link", name="Try again").click()
    expect(question.locator("input[value=nothing]")).to_be_visible()
    assert page.url.split("#")[0].endswith(LESSON)
    question.locator("input[value=nothing]").check()
    question.get_by_role("button", name="Answer").click()
    expect(question.locator(".feedback__verdict")).to_have_text("Right.")


@pytest.mark.parametrize("name", ["failover-blip", "failover-fence", "failover-mean-detection", "failback-order"])
def test_a_thumb_can_hit_every_option_and_button(phone, name):
    page = phone.open(f"/quiz/{name}/")
    targets = page.locator(".question .option, .question button:visible, .question input[type=text], .question select")
    assert targets.count() >= 3
    for index in range(targets.count()):
        box = targets.nth(index).bounding_box()
        if targets.nth(index).evaluate("e => e.closest('copy-link') === null"):
            assert box["height"] >= 44, targets.nth(index).evaluate("e => e.outerHTML")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_once_there_are_answers_and_predictions(profile, scheme):
    watched = profile(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page = watched.open("/quiz/failover-fence/")
    page.locator("input[value=message]").check()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".feedback__verdict")).to_have_text("Not all of it.")
    answered = Axe().run(page).response["violations"]
    page = watched.open("/widgets/failover/")
    page.get_by_role("button", name="Just run it").click()
    expect(page.locator(".experiment__bet")).to_be_visible()
    for path in ("/progress/", "/progress/forget/"):
        answered += Axe().run(watched.open(path)).response["violations"]
    assert not answered, [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in answered]


def test_forgetting_works_without_scripts(profile):
    watched = profile(java_script_enabled=False)
    watched.context.scripted = False
    page = watched.open(LESSON)
    order = page.locator("#question-failback-order")
    for place, select in enumerate(order.locator("select").all(), 1):
        select.select_option(str(place))
    order.get_by_role("button", name="Answer").click()
    assert page.url.endswith(f"{LESSON}#question-failback-order")
    expect(order.locator(".reason")).to_have_count(5)
    order.get_by_role("link", name="Try again").click()
    page.get_by_role("button", name="I don’t know").click()
    assert page.url.endswith(f"{LESSON}#question-failback-order")
    page.goto(watched.address + "/progress/forget/")
    page.get_by_role("button", name="Forget everything").click()
    expect(page.locator("h1")).to_have_text("Everything is forgotten")
    assert not watched.context.cookies()
