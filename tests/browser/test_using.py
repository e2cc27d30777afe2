"""Does it work for a mouse, a thumb, a keyboard, and without scripts?"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_changed_control_redraws_the_run_in_place(desktop):
    page = desktop.open("/widgets/failover/?shown=1")
    sentence = page.locator(".experiment__sentence")
    before = sentence.inner_text()
    page.locator("input[name=dns_ttl_s]").fill("600")
    expect(sentence).not_to_have_text(before)
    expect(page).to_have_url(re.compile("dns_ttl_s=600"))


def test_a_wrong_value_says_so_and_keeps_the_figure(desktop):
    page = desktop.open("/widgets/failover/?shown=1")
    before = page.locator(".experiment__sentence").inner_text()
    page.locator("input[name=dns_ttl_s]").fill("-5")
    expect(page.locator(".experiment__problems")).to_contain_text("dns_ttl_s")
    assert page.locator(".experiment__sentence").inner_text() == before


def test_a_prediction_comes_before_the_run_and_stays_beside_it(desktop):
    page = desktop.open("/lessons/failover-and-failback/")
    block = page.locator("#from-fault-to-answers")
    expect(block.locator("details.experiment__result")).not_to_have_attribute("open", "")
    block.locator("input[name=guess]").fill("60")
    block.get_by_role("button", name="Predict, then run").click()
    expect(page.locator("#from-fault-to-answers .experiment__bet")).to_contain_text("You said: 60")
    page.reload()
    expect(page.locator("#from-fault-to-answers .experiment__bet")).to_contain_text("You said: 60")


def test_every_option_gives_its_reason_after_an_answer(desktop):
    page = desktop.open("/lessons/failover-and-failback/")
    question = page.locator("#question-failover-blip")
    question.locator("input[value=promote]").check()
    question.get_by_role("button", name="Answer").click()
    expect(page.locator("#question-failover-blip .reason")).to_have_count(3)
    expect(page.locator("#question-failover-blip .feedback__verdict")).to_have_text("Not yet.")


def test_a_lesson_is_complete_without_scripts(profile):
    watched = profile(java_script_enabled=False)
    page = watched.open("/lessons/failover-and-failback/")
    block = page.locator("#from-fault-to-answers")
    block.locator("summary", has_text="Skip and show").click()
    expect(block.locator("svg").nth(1)).to_be_visible()
    expect(block.locator(".experiment__sentence")).to_be_visible()
    question = page.locator("#question-failover-blip")
    question.locator("input[value=nothing]").check()
    question.get_by_role("button", name="Answer").click()
    assert page.url.endswith("#question-failover-blip")
    expect(page.locator("#question-failover-blip .feedback__verdict")).to_have_text("Right.")
    page.locator("#from-fault-to-answers").get_by_role("button", name="Just run it").click()
    expect(page.locator("#from-fault-to-answers .experiment__bet")).to_contain_text("without a prediction")


def test_the_keyboard_alone_answers_a_question(desktop):
    page = desktop.open("/quiz/failover-blip/")
    page.locator("input[value=nothing]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "answer"
    page.keyboard.press("Enter")
    expect(page.locator(".feedback__verdict")).to_have_text("Right.")


def test_a_swipe_that_starts_on_a_chart_scrolls_the_page(phone):
    page = phone.open("/widgets/failover/?shown=1")
    box = page.locator(".experiment__result .figure__box").first
    box.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    at = box.bounding_box()
    touch = page.context.new_cdp_session(page)
    for moved in range(0, 221, 20):
        kind = "touchStart" if moved == 0 else "touchMove"
        points = [{"x": at["x"] + 50, "y": at["y"] + 120 - moved}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > before + 100


def test_a_term_shows_its_definition_and_escape_closes_it(desktop):
    page = desktop.open("/lessons/topologies/")
    page.locator("a.term").first.focus()
    expect(page.locator("term-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("term-card")).to_be_hidden()


def test_the_theme_chosen_by_hand_is_kept(desktop):
    page = desktop.open("/")
    page.locator("theme-switch button").click()
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_stepping_through_a_run_changes_states_and_notes_of_places(desktop):
    page = desktop.open("/widgets/failover/?preset=hot-standby&shown=1")
    store = page.locator("[data-place=new-store] .place-note")
    expect(store).to_have_text("copy")
    for _ in range(20):
        page.get_by_role("button", name="Step forward").click()
    expect(store).to_have_text("primary")
    expect(page.locator(".playhead__said")).to_contain_text("us-east is healthy again")
    page.get_by_role("button", name="Step back").click()
    expect(page.locator(".playhead__said")).not_to_contain_text("us-east is healthy again")
    expect(page.locator("[data-place=old]")).to_have_class(re.compile("state-down"))


def test_numbers_of_ones_own_are_kept_in_the_browser_and_offered(desktop):
    page = desktop.open("/numbers/")
    page.locator("#numbers").fill("[traffic]\nrequest_rate_rps = 777\n")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    page = desktop.open("/widgets/failover/?shown=1")
    page.get_by_role("button", name="Run this with them").click()
    expect(page.get_by_text("These are your numbers")).to_be_visible()
    sentence = page.locator(".experiment__sentence")
    before = sentence.inner_text()
    page.locator("input[name=dns_ttl_s]").fill("600")
    expect(sentence).not_to_have_text(before)
    expect(page.locator("input[name=request_rate_rps]")).to_have_value("777")
    assert "777" not in page.url
    page = desktop.open("/numbers/")
    page.get_by_role("button", name="Forget these numbers").click()
    page = desktop.open("/widgets/failover/?shown=1")
    expect(page.get_by_role("button", name="Run this with them")).to_be_hidden()


def test_a_constant_opens_its_card_in_place(desktop):
    page = desktop.open("/widgets/failover/?shown=1")
    page.get_by_text("Where the numbers come from").click()
    page.locator(".passports a", has_text="DNS time to live").click()
    expect(page.locator(".passport")).to_contain_text("The conclusion moves with it")


def test_further_settings_of_an_experiment_in_a_lesson_come_when_they_are_opened(desktop):
    page = desktop.open("/lessons/failover-and-failback/")
    block = page.locator("#from-fault-to-answers")
    block.get_by_text("Skip and show").click()
    block.get_by_text("More settings").click()
    checkers = block.locator("input[name=failure_threshold]")
    expect(checkers).to_be_visible()
    sentence = block.locator(".experiment__sentence")
    before = sentence.inner_text()
    checkers.fill("9")
    expect(sentence).not_to_have_text(before)
