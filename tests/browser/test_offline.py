"""The course without a network: what opens again, what waits, what is sent later and never twice."""

import dataclasses
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from courses import offline, pages
from courses.catalogue import catalogue
from quizzes.bank import bank
from study.learners import NEW_LEARNERS
from study.models import Answer, Learner

pytestmark = pytest.mark.browser

LESSON = "/lessons/failover-and-failback/"
OTHER = "/lessons/topologies/"
BLIP = "failover-blip"
# The name of the shelf that holds a page; every text on every shelf; the keys of what waits.
SHELF = """async (path) => {
  for (const name of await caches.keys()) {
    const shelf = name.startsWith("blast-radius-pages-") && await caches.open(name);
    if (shelf && await shelf.match(path, { ignoreVary: true })) return name;
  }
}"""
TEXTS = """async () => {
  const texts = {};
  for (const name of await caches.keys()) {
    const shelf = await caches.open(name);
    for (const request of await shelf.keys()) texts[request.url] = await (await shelf.match(request)).text();
  }
  return texts;
}"""
WAITING = "Object.keys(localStorage).filter((name) => name.startsWith('answer:'))"


def until(page, script, argument=None):
    """What the script gives, as soon as it gives anything; the page's policy forbids Playwright to wait by itself."""
    for _ in range(200):
        found = page.evaluate(script, argument)
        if found:
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script} {argument}")


def visit(watched, path):
    """A page, open until its copy is kept."""
    page = watched.open(path)
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, SHELF, path)
    return page


def move(page):
    """The reader's first move, with which the page learns to keep answers."""
    page.mouse.move(9, 9)
    page.mouse.move(12, 12)
    until(page, "customElements.get('answer-queue') !== undefined && window.htmx !== undefined")


def question_of(page, name=BLIP):
    return page.locator(f"#question-{name}")


def answer(page, value="nothing", name=BLIP):
    question_of(page, name).locator(f"input[value={value}]").check()
    question_of(page, name).get_by_role("button", name="Answer").click()


def offline_at(watched, path):
    """A page that was visited, opened again without a network."""
    page = visit(watched, path)
    watched.context.set_offline(True)
    page.reload()
    move(page)
    return page


@pytest.fixture
def update(monkeypatch):
    """`update()` changes the course: its lessons have other titles, its worker another version."""

    def change(version="another-version"):
        for slug, lesson in catalogue().lessons.items():
            monkeypatch.setitem(catalogue().lessons, slug, dataclasses.replace(lesson, title=f"Fresh: {lesson.title}"))
        monkeypatch.setattr(offline, "version", lambda: version)
        offline.worker.cache_clear()
        pages._kept.clear()

    yield change
    monkeypatch.undo()
    offline.worker.cache_clear()
    pages._kept.clear()


def test_S14_offline_a_visited_lesson_opens_and_its_answer_is_merged_exactly_once(desktop):
    page = offline_at(desktop, LESSON)
    expect(page.locator("h1")).to_have_text(catalogue().lessons["failover-and-failback"].title)
    expect(page.locator(".experiment__situation svg").first).to_be_visible()
    expect(page.locator("answer-queue")).to_contain_text("No network: this is the copy of ")
    answer(page)
    expect(question_of(page)).to_contain_text("Kept on this device")
    expect(page.locator("answer-queue")).to_contain_text("1 answer waits on this device")
    assert Answer.objects.count() == 0
    desktop.context.set_offline(False)
    expect(question_of(page)).to_contain_text("Sent. Right.")
    expect(page.locator("answer-queue")).to_contain_text("1 answer was sent")
    expect(page.locator("answer-queue").get_by_role("link", name="Open this page anew")).to_be_visible()
    kept = Answer.objects.get()
    assert kept.right and kept.asked_in == "offline" and kept.key
    question_of(page).get_by_role("link", name="See the reasons").click()
    expect(question_of(page).locator(".feedback__verdict")).to_be_focused()
    page.reload()
    move(page)
    expect(question_of(page).locator(".feedback__verdict")).to_have_text("Right.")
    assert Answer.objects.count() == 1 and Learner.objects.count() == 1
    assert page.evaluate(WAITING) == []


def test_S14_an_answer_waits_while_the_browser_is_closed_and_goes_with_the_next_page(desktop):
    page = offline_at(desktop, LESSON)
    answer(page)
    expect(question_of(page)).to_contain_text("Kept on this device")
    page.close()
    desktop.context.set_offline(False)
    page = desktop.open("/glossary/")
    expect(page.locator("answer-queue")).to_contain_text("1 answer was sent")
    assert Answer.objects.get().right


def test_S14_two_open_pages_send_what_waits_once_and_for_one_learner(desktop):
    page = offline_at(desktop, LESSON)
    other = desktop.context.new_page()
    other.goto(desktop.address + LESSON)
    move(other)
    for value, name in (("nothing", BLIP), ("message", "failover-fence")):
        answer(page, value, name)
        expect(question_of(page, name)).to_contain_text("Kept on this device")
    posted = []

    def slowly(route):
        posted.append(route.request.url)
        time.sleep(0.7)  # long enough for the other page to learn of the network too
        route.continue_()

    desktop.context.route("**/quiz/offline/", slowly)
    desktop.context.set_offline(False)
    for one in (page, other):
        expect(one.locator("answer-queue")).not_to_contain_text("on this device for a network")
    until(page, f"{WAITING}.length === 0")
    assert len(posted) == 1
    assert Answer.objects.count() == 2 and Learner.objects.count() == 1


def test_another_answer_to_the_same_question_takes_the_place_of_the_one_that_waits(desktop):
    page = offline_at(desktop, f"/quiz/{BLIP}/")
    answer(page, "promote")
    expect(question_of(page)).to_contain_text("Kept on this device")
    answer(page)
    desktop.context.set_offline(False)
    expect(question_of(page)).to_contain_text("Sent. Right.")
    assert Answer.objects.get().given == "nothing"


def test_S14_an_answer_whose_acknowledgement_was_lost_is_not_doubled(desktop):
    page = desktop.open("/quiz/failover-fence/")
    answer(page, "message", "failover-fence")
    expect(page.locator(".feedback__verdict")).to_be_visible()
    page = desktop.open(f"/quiz/{BLIP}/")

    def lose(route):
        route.fetch()  # the server takes it
        route.abort("connectionreset")

    page.route(f"**/quiz/{BLIP}/", lose, times=1)
    answer(page)
    expect(question_of(page)).to_contain_text("Kept on this device")
    first = Answer.objects.get(question_id=BLIP)
    question_of(page).get_by_role("button", name="Answer").click()  # the reader tries again, and what waits goes too
    expect(question_of(page).locator(".feedback__verdict")).to_have_text("Right.")
    until(page, f"{WAITING}.length === 0")
    assert Answer.objects.get(question_id=BLIP) == first


def test_what_the_server_cannot_take_now_goes_on_waiting(desktop, monkeypatch):
    page = offline_at(desktop, LESSON)
    answer(page)
    expect(question_of(page)).to_contain_text("Kept on this device")
    with monkeypatch.context() as busy:
        busy.setattr(NEW_LEARNERS, "limit", 0)
        desktop.context.set_offline(False)
        expect(page.locator("answer-queue")).to_contain_text("could not take them now (429)")
        assert len(page.evaluate(WAITING)) == 1
    page.reload()
    move(page)
    expect(page.locator("answer-queue")).to_contain_text("1 answer was sent")
    assert Answer.objects.get().right


def test_an_answer_to_a_question_that_changed_meanwhile_is_refused_in_words(desktop, monkeypatch):
    page = offline_at(desktop, LESSON)
    answer(page)
    expect(question_of(page)).to_contain_text("Kept on this device")
    newer = dataclasses.replace(bank().questions[BLIP], version=bank().questions[BLIP].version + 1)
    monkeypatch.setitem(bank().questions, BLIP, newer)
    desktop.context.set_offline(False)
    expect(question_of(page)).to_contain_text("Not taken. The question has changed since")
    told = page.locator("answer-queue").get_by_role("link", name="The question has changed since")
    expect(told).to_have_attribute("href", f"/quiz/{BLIP}/")
    assert page.evaluate(WAITING) == [] and not Answer.objects.exists()


def test_what_cannot_wait_stays_in_its_form(desktop):
    name = next(name for name, one in bank().questions.items() if one.kind == "short")
    page = offline_at(desktop, f"/quiz/{name}/")
    page.locator("textarea").fill("Because the old leader may still write.")
    page.get_by_role("button", name="Compare").click()
    expect(question_of(page, name)).to_contain_text("Not sent: there is no network")
    expect(page.locator("textarea")).to_have_value("Because the old leader may still write.")
    desktop.context.set_offline(False)
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="I had it").click()
    expect(page.locator(".feedback__verdict")).to_have_text("Right.")
    assert Answer.objects.count() == 1


def test_questions_of_a_visited_lesson_that_are_not_in_its_text_open_without_a_network(desktop):
    page = visit(desktop, LESSON)
    elsewhere = offline.questions_elsewhere()[LESSON]
    assert elsewhere
    for path in elsewhere:
        until(page, SHELF, path)
    desktop.context.set_offline(True)
    for path in elsewhere:
        page.goto(desktop.address + path)
        expect(page.locator(".question__prompt")).to_be_visible()


def test_a_variant_is_kept_as_the_variant_that_it_is(desktop):
    name = next(iter(bank().variants))
    page = offline_at(desktop, f"/quiz/{name}/?seed=7")
    assert page.locator("input[name=seed]").first.input_value() == "7"
    page.goto(desktop.address + f"/quiz/{name}/?seed=8")
    expect(page.locator("h1")).to_have_text("What opens without a network")


def test_an_offline_page_that_was_not_visited_says_what_is_here_and_what_is_not(desktop):
    page = offline_at(desktop, LESSON)
    page.goto(desktop.address + OTHER)
    expect(page.locator("h1")).to_have_text("What opens without a network")
    kept = page.locator("kept-here")
    expect(kept.get_by_role("link", name=catalogue().lessons["failover-and-failback"].title)).to_be_visible()
    assert not kept.get_by_role("link", name=catalogue().lessons["topologies"].title).count()
    assert not Axe().run(page).response["violations"]
    kept.get_by_role("link", name=catalogue().lessons["failover-and-failback"].title).click()
    expect(page.locator("h1")).to_have_text(catalogue().lessons["failover-and-failback"].title)


def test_an_experiment_without_a_network_says_that_it_needs_the_server(desktop):
    page = offline_at(desktop, LESSON)
    page.get_by_role("button", name="Just run it").first.click()
    expect(page.locator("answer-queue")).to_contain_text("that needs the server")


def test_R5_search_opens_again_without_a_network_once_it_was_used(desktop):
    page = visit(desktop, LESSON)
    page.keyboard.press("/")
    page.locator(".search input[type=search]").fill("fencing")
    expect(page.locator(".search [role=status]")).to_contain_text("found")
    until(page, SHELF, "/search/index.json")
    desktop.context.set_offline(True)
    page.reload()
    page.keyboard.press("/")
    page.locator(".search input[type=search]").fill("fencing")
    expect(page.locator(".search [role=status]")).to_contain_text("found")


def test_after_an_update_no_page_is_stale_with_or_without_a_network(desktop, update):
    page = visit(desktop, OTHER)
    first = until(page, SHELF, OTHER)
    page = visit(desktop, LESSON)
    update()
    page.reload()
    expect(page.locator("h1")).to_contain_text("Fresh: ")  # the first look online is never a kept one
    move(page)
    for path in (LESSON, OTHER):
        until(page, f"async (path) => ((await ({SHELF})(path)) ?? '').endsWith('another-version')", path)
    until(page, "async () => (await caches.keys()).every((name) => name.endsWith('another-version'))")
    assert first and not first.endswith("another-version")
    desktop.context.set_offline(True)
    for path in (LESSON, OTHER):  # the other one was not opened since
        page.goto(desktop.address + path)
        expect(page.locator("h1")).to_contain_text("Fresh: ")


def test_a_page_seen_in_its_new_state_is_not_older_without_a_network_though_the_worker_still_is(desktop, update):
    page = visit(desktop, LESSON)
    update(version=offline.version())
    page.reload()
    until(page, f"async (path) => (await ({TEXTS})())[location.origin + path].includes('Fresh: ')", LESSON)
    desktop.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Fresh: ")


def test_R23_no_copy_holds_anything_of_the_reader(desktop):
    page = visit(desktop, LESSON)
    answer(page, "promote")
    expect(question_of(page).locator(".feedback__verdict")).to_have_text("Not yet.")
    page.reload()
    expect(question_of(page).locator(".feedback__verdict")).to_have_text("Not yet.")
    page.goto(desktop.address + f"/quiz/{BLIP}/")
    expect(question_of(page).locator(".feedback__verdict")).to_have_text("Not yet.")
    until(page, SHELF, f"/quiz/{BLIP}/")
    for path in ("/progress/", "/"):
        page.goto(desktop.address + path)
        page.wait_for_load_state("networkidle")
    until(page, SHELF, "/")
    texts = page.evaluate(TEXTS)
    assert any(url.endswith(LESSON) for url in texts) and not any("/progress/" in url for url in texts)
    assert not [
        url for url, text in texts.items() if "feedback__verdict--" in text and not url.endswith((".css", ".js"))
    ]
    desktop.context.set_offline(True)
    page.goto(desktop.address + LESSON)
    expect(question_of(page).locator("input[value=promote]")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "button", "heading"),
    [
        ("/progress/forget/", "Forget everything", "Everything is forgotten"),
        ("/progress/leave/", "Let go of this device", "This device belongs to nobody now"),
    ],
)
def test_R22_R23_forgetting_and_leaving_empty_what_waits_and_what_is_kept(desktop, path, button, heading):
    page = visit(desktop, LESSON)
    answer(page)
    expect(question_of(page).locator(".feedback__verdict")).to_have_text("Right.")
    page.goto(desktop.address + path)
    page.evaluate(
        "localStorage.setItem('answer:failover-fence:', JSON.stringify({ key: 'k', question: 'failover-fence' }))"
    )
    page.evaluate("localStorage.setItem('numbers', 'mine')")
    page.get_by_role("button", name=button).click()
    expect(page.locator("h1")).to_have_text(heading)
    until(page, f"{WAITING}.length === 0 && localStorage.getItem('numbers') === null")
    until(page, "async () => !(await caches.keys()).some((name) => name.startsWith('blast-radius-pages-'))")
    learners = Learner.objects.count()
    move(page)
    page.goto(desktop.address + LESSON)
    move(page)
    page.wait_for_load_state("networkidle")
    assert Learner.objects.count() == learners, "nothing was sent for whoever came next"
    assert not desktop.context.cookies()


def test_what_is_kept_can_be_forgotten_without_a_network(desktop):
    page = offline_at(desktop, LESSON)
    answer(page)
    expect(question_of(page)).to_contain_text("Kept on this device")
    page.goto(desktop.address + "/offline/")
    expect(page.locator("kept-here")).to_contain_text("1 answer waits here to be sent.")
    page.get_by_role("button", name="Forget all of this").click()
    expect(page.locator("kept-here")).to_contain_text("Forgotten")
    assert page.evaluate(WAITING) == []
    page.goto(desktop.address + LESSON)
    expect(page.locator("h1")).to_have_text("What opens without a network")


def test_offline_without_scripts_nothing_is_kept_and_nothing_breaks(profile):
    page = profile(java_script_enabled=False).open(LESSON)
    question_of(page).locator("input[value=nothing]").check()
    question_of(page).get_by_role("button", name="Answer").click()
    expect(question_of(page).locator(".feedback__verdict")).to_have_text("Right.")
    assert not page.locator("answer-queue").is_visible()
    page.goto(page.url.split("/lessons")[0] + "/offline/")
    expect(page.locator("kept-here")).to_contain_text("Nothing")
    kept = Answer.objects.get()
    assert kept.key is None and kept.right


def test_the_first_view_asks_for_nothing_of_this(profile):
    watched = profile(viewport={"width": 1280, "height": 800})
    asked = []
    watched.context.on("request", lambda request: asked.append(request.url))
    page = watched.context.new_page()
    page.goto(watched.address + LESSON)
    page.wait_for_load_state("networkidle")
    assert asked and not [url for url in asked if "service-worker" in url or "answer-queue" in url or "offline" in url]
    move(page)
    until(page, "navigator.serviceWorker.controller !== null")
    assert any("service-worker.js" in url for url in asked)
