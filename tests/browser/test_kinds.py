"""Every kind of question in a browser: by keyboard, by thumb, without scripts, and for axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from lessons.quizzes.kinds import kinds
from lessons.quizzes.marking import answer_form, mark, solution
from quizzes.bank import bank
from study.models import Answer, QuestionFlag

pytestmark = pytest.mark.browser

SEED = 17
ASKED = {
    kind: next(
        bank().variant(question.id, SEED if question.seed is not None else None)
        for question in reversed(bank().questions.values())
        if question.kind == kind
    )
    for kind in kinds()
}
ASKED["choice"] = bank().variant("traffic-dns-drain-drawn", SEED)
ASKED["number"] = bank().variant("failover-mean-detection-drawn", SEED)
by_kind = pytest.mark.parametrize("question", ASKED.values(), ids=ASKED)


def address(question) -> str:
    return f"/quiz/{question.id}/" + ("" if question.seed is None else f"?seed={question.seed}")


def fill(part, form) -> None:
    """Fills the form in as a person does: every field by what it is."""
    for name, texts in form.items():
        if name == "held":
            continue
        for text in texts:
            field = part.locator(f'[name="{name}"]')
            if field.first.get_attribute("type") in ("radio", "checkbox"):
                part.locator(f'[name="{name}"][value="{text}"]').check()
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)


def send(part, question) -> None:
    """Answers; a short answer is compared first. The kind decides: the page itself changes between two looks at it."""
    part.locator("button.primary").click()
    if question.model:
        part.get_by_role("button", name="I had it").click()


@by_kind
def test_s8_every_kind_is_answered_in_place_and_the_focus_goes_to_the_verdict(desktop, question):
    page = desktop.open(address(question))
    part = page.locator(".question")
    fill(part, answer_form(question, solution(question)))
    send(part, question)
    expect(part.locator(".feedback__verdict")).to_be_focused()
    expect(part.locator(".feedback__verdict")).to_have_text("Right.")
    expect(part.locator(".reason")).to_have_count(len(mark(question, solution(question)).reasons))
    kept = Answer.objects.get()
    assert (kept.question_id, kept.seed, kept.right) == (question.id, question.seed, True)


@by_kind
def test_s8_every_kind_is_answered_by_keyboard_alone(desktop, question):
    page = desktop.open(address(question))
    form = answer_form(question, solution(question))
    left = {name: list(texts) for name, texts in form.items() if name != "held"}
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => { const e = document.activeElement;"
            " return {tag: e.tagName, type: e.type || '', name: e.name || '', value: e.value || '',"
            " primary: e.classList.contains('primary'), inside: !!e.closest('.question')} }"
        )
        if not at["inside"]:
            continue
        wanted = left.get(at["name"], [])
        if at["type"] == "radio":
            for _ in range(len(question.options)):
                if page.evaluate("() => document.activeElement.value") in wanted:
                    break
                page.keyboard.press("ArrowDown")
            if not page.evaluate("() => document.activeElement.checked"):
                page.keyboard.press("Space")
        elif at["type"] == "checkbox" and at["value"] in wanted:
            page.keyboard.press("Space")
        elif at["tag"] == "SELECT":
            for _ in range(12):
                if page.evaluate("() => document.activeElement.value") in wanted:
                    break
                page.keyboard.press("ArrowDown")
        elif at["tag"] in ("INPUT", "TEXTAREA") and at["type"] in ("text", "textarea") and wanted:
            page.keyboard.press("Control+A")
            page.keyboard.type(wanted[0])
        elif at["primary"]:
            page.keyboard.press("Enter")
            break
    if question.model:
        expect(page.locator(".question__step").last).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="I had it")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.locator(".feedback__verdict")).to_have_text("Right.")
    expect(page.locator(".feedback__verdict")).to_be_focused()


@by_kind
def test_s8_every_kind_is_answered_without_scripts(profile, question):
    watched = profile(java_script_enabled=False)
    page = watched.open(address(question))
    part = page.locator(".question")
    fill(part, answer_form(question, solution(question)))
    send(part, question)
    expect(part.locator(".feedback__verdict")).to_have_text("Right.")
    assert page.url.endswith(f"{address(question)}#question-{question.id}")
    part.get_by_role("link", name="Try again").click()
    expect(part.locator("button.primary")).to_be_visible()
    part.get_by_role("button", name="I don’t know").click()
    expect(part.locator(".question__hint")).to_be_visible()


@by_kind
def test_a_thumb_can_hit_every_target_of_every_kind(phone, question):
    page = phone.open(address(question))
    targets = (
        ".question .option, .question form button, .question input[type=text], .question select, .question textarea"
    )

    def too_small():
        return page.locator(targets).evaluate_all(
            "all => all.filter(e => e.offsetParent && !e.closest('copy-link'))"
            ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 120))"
        )

    assert page.locator(targets).count() >= 3
    assert not too_small()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    part = page.locator(".question")
    fill(part, answer_form(question, solution(question)))
    part.locator("button.primary").tap()
    if question.model:
        expect(part.get_by_role("button", name="I had it")).to_be_visible()
        assert not too_small()
        part.get_by_role("button", name="I had it").tap()
    expect(part.locator(".feedback__verdict")).to_have_text("Right.")
    summary = part.locator(".flag summary")
    assert summary.bounding_box()["height"] >= 44
    summary.tap()
    assert not too_small()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@by_kind
def test_axe_finds_nothing_in_any_kind_asked_or_answered(profile, question, scheme):
    watched = profile(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page = watched.open(address(question))
    found = Axe().run(page).response["violations"]
    part = page.locator(".question")
    fill(part, answer_form(question, solution(question)))
    part.locator("button.primary").click()
    if question.model:
        expect(part.get_by_role("button", name="I missed it")).to_be_visible()
        found += Axe().run(page).response["violations"]
        part.get_by_role("button", name="I missed it").click()
    expect(part.locator(".feedback__verdict")).to_be_visible()
    part.locator(".flag summary").click()
    found += Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


def test_s15_a_question_is_flagged_in_two_taps_after_an_answer(phone):
    page = phone.open(address(ASKED["choice"]))
    part = page.locator(".question")
    part.locator("input[value=whole]").check()
    part.get_by_role("button", name="Answer").tap()
    part.get_by_text("This is wrong or unclear").tap()
    part.get_by_role("button", name="It is unclear").tap()
    noted = part.locator(".flag [role=status]")
    expect(noted).to_be_focused()
    expect(noted).to_contain_text(re.compile(r"Noted as unclear: .*version 1, variant 17\."))
    kept = QuestionFlag.objects.get()
    assert (kept.seed, kept.given, kept.kind) == (SEED, "whole", "unclear")
    expect(part.locator(".feedback__verdict")).to_be_visible()


def test_s15_a_flag_works_without_scripts_and_leads_back(profile):
    watched = profile(java_script_enabled=False)
    page = watched.open(address(ASKED["choice"]))
    page.locator("input[value=whole]").check()
    page.get_by_role("button", name="Answer").click()
    page.get_by_text("This is wrong or unclear").click()
    page.get_by_role("button", name="It is wrong").click()
    expect(page.get_by_role("status")).to_contain_text("Noted as wrong")
    page.get_by_role("link", name="Back to where you were").click()
    expect(page.locator(".feedback__verdict")).to_be_visible()
    assert QuestionFlag.objects.get().kind == "wrong"


def test_s7_other_numbers_come_in_place_and_the_link_names_them(desktop):
    page = desktop.open(address(ASKED["number"]))
    part = page.locator(".question")
    prompt = part.locator(".question__prompt").inner_text()
    part.locator("input[type=text]").fill("1")
    part.get_by_role("button", name="Answer").click()
    part.get_by_role("link", name="With other numbers").click()
    expect(part.locator(".question__kind")).to_contain_text(f"variant {SEED + 1}")
    expect(part.locator("input[type=text]")).to_have_value("")
    assert part.locator(".question__prompt").inner_text() != prompt
    expect(part.locator("copy-link")).to_have_attribute("href", re.compile(rf"\?seed={SEED + 1}$"))


def test_a_setting_that_does_not_do_it_is_turned_further_until_it_does(desktop):
    page = desktop.open("/quiz/failover-set-ninety-seconds/")
    part = page.locator(".question")
    part.get_by_label("DNS time to live").fill("10")
    part.get_by_role("button", name="Answer").click()
    expect(part.locator(".feedback__verdict")).to_have_text("Not yet: 2 conditions do not hold.")
    expect(part.locator(".reason").first).to_contain_text("the run gives 9")
    part.get_by_role("link", name="Try again").click()
    expect(part.get_by_label("DNS time to live")).to_have_value("10")
    part.get_by_label("Health check every").fill("5")
    part.get_by_label("Replication").select_option("sync")
    part.get_by_role("button", name="Answer").click()
    expect(part.locator(".feedback__verdict")).to_have_text("Right.")
    part.get_by_role("link", name="See this run").first.click()
    expect(page.locator(".experiment__sentence").first).to_contain_text("no acknowledged write is lost")


def test_the_owners_page_opens_with_its_token_and_has_no_fault_for_axe(desktop, settings):
    settings.OWNER_TOKEN = "an-owners-token"
    page = desktop.open(address(ASKED["choice"]))
    page.locator("input[value=whole]").check()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".feedback__verdict")).to_be_visible()
    page = desktop.open("/owner/questions/")
    page.get_by_label("The owner’s token").fill("an-owners-token")
    page.get_by_role("button", name="Show the page").click()
    expect(page.locator("main")).to_contain_text("Answered by fewer than five readers")
    expect(page.locator("main li")).to_have_text("traffic-dns-drain-drawn, version 1")
    assert not Axe().run(page).response["violations"]
    assert "an-owners-token" not in page.url
