"""Can parts of a picture be chosen by mouse, thumb and keyboard, and by a plain link without scripts?"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# A picture, one part of it, and what choosing it puts into which control.
CHOICES = [
    ("/widgets/blast-radius/?shown=1", ".place--region", "broken_region", "2"),
    ("/widgets/latency/?preset=tally-one-region&shown=1", ".point", "regions", "eu-central-1"),
]


def part(page, shape: str, field: str, text: str):
    """The first link in the main picture that holds such a shape and sets the control so."""
    links = page.locator(".figure-svg a.pick").filter(has=page.locator(shape))
    for place in range(links.count()):
        if f"{field}=" in links.nth(place).get_attribute("data-sets") and text in links.nth(place).get_attribute(
            "data-sets"
        ):
            return links.nth(place)
    raise AssertionError(f"no {shape} sets {field} to {text}")


@pytest.mark.parametrize(("address", "shape", "field", "text"), CHOICES)
def test_the_mouse_chooses_and_the_controls_follow(desktop, address, shape, field, text):
    page = desktop.open(address)
    sentence = page.locator(".experiment__sentence")
    before = sentence.inner_text()
    part(page, shape, field, text).click(force=True)
    expect(sentence).not_to_have_text(before)
    expect(page.locator(f"[name={field}]")).to_have_value(re.compile(text))
    expect(page).to_have_url(re.compile(field))


@pytest.mark.parametrize(("address", "shape", "field", "text"), CHOICES)
def test_the_keyboard_chooses_and_keeps_its_place(desktop, address, shape, field, text):
    page = desktop.open(address)
    sentence = page.locator(".experiment__sentence")
    before = sentence.inner_text()
    part(page, shape, field, text).focus()
    page.keyboard.press("Enter")
    expect(sentence).not_to_have_text(before)
    focused = "document.activeElement.matches('.figure-svg a.pick')"
    page.wait_for_timeout(300)
    assert page.evaluate(focused), "the focus stays in the picture"


@pytest.mark.parametrize(("address", "shape", "field", "text"), CHOICES)
def test_a_thumb_chooses(phone, address, shape, field, text):
    page = phone.open(address)
    sentence = page.locator(".experiment__sentence")
    before = sentence.inner_text()
    part(page, shape, field, text).tap(force=True)
    expect(sentence).not_to_have_text(before)


@pytest.mark.parametrize(("address", "shape", "field", "text"), CHOICES)
def test_without_scripts_a_part_is_a_link_to_the_run(profile, address, shape, field, text):
    page = profile(java_script_enabled=False).open(address)
    before = page.locator(".experiment__sentence").inner_text()
    link = part(page, shape, field, text)
    assert link.get_attribute("aria-label")
    page.goto(page.url.split("/widgets/")[0] + link.get_attribute("href"))
    expect(page.locator(".experiment__sentence")).not_to_have_text(before)
    expect(page.locator(f"[name={field}]")).to_have_value(re.compile(text))


def test_the_front_page_breaks_where_one_chooses(desktop):
    page = desktop.open("/")
    link = page.locator(".hero__figure a.pick").first
    assert "breaks" in link.get_attribute("aria-label").lower() or "break" in link.get_attribute("aria-label").lower()
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/widgets/blast-radius/"))
    expect(page.locator(".experiment__sentence")).to_be_visible()
