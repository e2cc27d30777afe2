"""Review, progress and moving in a browser: keyboard, thumb, without scripts, and what axe says."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import signing
from playwright.sync_api import expect

from quizzes.prompts import prompts
from study.learners import COOKIE, SALT
from study.models import Learner, ReviewLog
from study.phrase import phrase_make
from study.services import answer_record, lesson_done_set, review_record

pytestmark = pytest.mark.browser

LESSON = "topologies"


@pytest.fixture
def learner(transactional_db) -> Learner:
    """Somebody who marked a lesson, answered a question and recalled two prompts."""
    made = Learner.objects.create()
    lesson_done_set(learner=made, lesson=LESSON, done=True)
    answer_record(learner=made, question_id="failover-blip", version=1, given="promote", right=False)
    for place, name in enumerate([name for name, one in prompts().items() if one.lesson == LESSON][:2]):
        review_record(learner=made, prompt_id=name, held=place == 0)
    return made


def known(watched, learner):
    """The same browser, with the cookie of this learner."""
    value = signing.dumps(str(learner.key), salt=SALT)
    watched.context.add_cookies([{"name": COOKIE, "value": value, "url": watched.address}])
    return watched


def test_a_review_goes_by_keyboard_alone_and_the_focus_goes_to_each_prompt_s10_c2(desktop, learner):
    page = known(desktop, learner).open("/review/")
    page.get_by_role("link", name=re.compile("Start|Go on")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/next/")
    page.keyboard.press("Tab")  # the reader's first move, with which updates in place are loaded
    page.wait_for_selector("script[src*=htmx-4]", state="attached")
    page.wait_for_load_state("networkidle")
    first = page.locator(".recall__ask").inner_text()
    page.get_by_role("button", name="Show the answer").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".recall__answer")).to_be_visible()
    expect(page.locator(".recall__ask")).to_be_focused()
    page.get_by_role("button", name="Got it").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".recall__ask")).not_to_have_text(first)
    expect(page.locator(".recall__ask")).to_be_focused()
    expect(page.locator(".recall__answer")).to_have_count(0)
    assert page.url.endswith("/review/next/")
    assert ReviewLog.objects.filter(learner=learner).count() == 3


def test_a_double_tap_is_one_recall_l4(phone, learner):
    page = known(phone, learner).open("/review/next/")
    page.get_by_role("button", name="Show the answer").tap()
    button = page.get_by_role("button", name="Got it")
    expect(button).to_be_visible()
    page.evaluate("document.querySelector('button[value=got-it]').click()")
    page.evaluate("document.querySelector('button[value=got-it]')?.click()")
    expect(page.locator(".recall__answer")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert ReviewLog.objects.filter(learner=learner).count() == 3


def test_a_review_works_without_scripts_to_its_end_r3(profile, learner):
    watched = known(profile(java_script_enabled=False), learner)
    page = watched.open("/review/")
    page.get_by_role("link", name=re.compile("Start|Go on")).click()
    for _ in range(40):
        if page.get_by_role("button", name="Show the answer").count() == 0:
            break
        page.get_by_role("button", name="Show the answer").click()
        page.get_by_role("button", name="Got it").click()
    expect(page.locator("h1")).to_have_text("That is all for today")
    expect(page.locator(".recall__held")).to_contain_text("shaky: recalled in 1 of 3 sessions")


@pytest.mark.parametrize(
    "path", ["/review/", "/review/next/", "/progress/", "/progress/resume/", "/progress/leave/", "/account/sign-in/"]
)
def test_a_thumb_can_hit_every_button_c4(phone, learner, path):
    page = known(phone, learner).open(path)
    targets = page.locator("main button:visible, main .button:visible, main summary:visible, main .option:visible")
    assert targets.count() >= 1
    for target in targets.all():
        assert target.bounding_box()["height"] >= 44, target.evaluate("e => e.outerHTML")


@pytest.mark.parametrize("width", [320, 360])
def test_no_page_of_a_learner_scrolls_sideways_c8(profile, learner, width):
    watched = known(profile(viewport={"width": width, "height": 640}), learner)
    for path in ("/progress/", "/review/", "/review/next/", "/progress/forget/", "/progress/resume/"):
        page = watched.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_a_learner(profile, learner, scheme):
    watched = known(profile(viewport={"width": 1280, "height": 800}, color_scheme=scheme), learner)
    found = []
    for path in (
        "/progress/",
        "/review/",
        "/review/next/",
        "/progress/forget/",
        "/progress/leave/",
        "/progress/resume/",
    ):
        page = watched.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
        found += Axe().run(page).response["violations"]
    page = watched.open("/progress/phrase/")
    page.get_by_role("button", name="Make my phrase").click()
    expect(page.locator(".phrase li")).to_have_count(7)
    found += Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


def test_a_scanned_code_fills_the_words_in_and_opens_the_record_r21(desktop, learner):
    phrase = phrase_make(learner=learner)
    asked = []
    desktop.context.on("request", lambda request: asked.append(request.url))
    page = desktop.open(f"/progress/resume/#{phrase.replace(' ', '-')}")
    expect(page.locator("#phrase")).to_have_value(phrase)
    assert "#" not in page.evaluate("location.href"), "the words do not stay in the address"
    page.get_by_role("button", name="Open my record here").click()
    page.wait_for_url("**/progress/")
    expect(page.locator("#lessons ~ .progress__table").first).to_contain_text("yes")
    assert not [url for url in asked if phrase.split()[0] in url.split("#")[0]]


def test_a_record_moves_by_file_from_browser_to_browser_without_scripts_r21(profile, learner):
    first = known(profile(java_script_enabled=False), learner).open("/progress/")
    with first.expect_download() as download:
        first.get_by_role("link", name="One file").click()
    second = profile(java_script_enabled=False).open("/progress/import/")
    second.locator("input[type=file]").set_input_files(download.value.path())
    second.get_by_role("button", name="Bring it here").click()
    expect(second.locator("h1")).to_have_text("Your record is here")
    second.get_by_role("link", name="Your progress").first.click()
    expect(second.locator("#lessons ~ .progress__table").first).to_contain_text("yes")


def test_an_account_is_made_left_and_found_again_in_the_browser(desktop, learner):
    page = known(desktop, learner).open("/account/sign-up/")
    page.get_by_label("Email").fill("reader@example.org")
    page.get_by_label("Password").fill("tally-three-regions")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/progress/")
    expect(page.locator("main")).to_contain_text("It belongs to the account reader@example.org")
    page.get_by_role("link", name="A new person uses this device").click()
    page.get_by_role("button", name="Let go of this device").click()
    expect(page.locator("h1")).to_have_text("This device belongs to nobody now")
    assert not desktop.context.cookies()
    page = desktop.open("/account/sign-in/")
    page.get_by_label("Email").fill("reader@example.org")
    page.get_by_label("Password").fill("tally-three-regions")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/progress/")
    expect(page.locator("#lessons ~ .progress__table").first).to_contain_text("yes")


def test_progress_on_paper_keeps_its_tables_and_drops_the_buttons(desktop, learner):
    page = known(desktop, learner).open("/progress/")
    page.emulate_media(media="print")
    expect(page.locator(".progress__table").first).to_be_visible()
    expect(page.locator(".masthead")).to_be_hidden()
