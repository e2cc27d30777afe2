"""Can a reader find a word by one key, and copy the link of a part?"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_slash_opens_the_search_and_hits_name_lesson_and_section(desktop):
    page = desktop.open("/lessons/topologies/")
    page.keyboard.press("/")
    panel = page.get_by_role("dialog", name="Search the course")
    expect(panel).to_be_visible()
    page.keyboard.type("fencing")
    expect(panel.locator(".hits a").first).to_contain_text(":")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_search_needs_no_network_once_loaded(desktop):
    page = desktop.open("/")
    page.keyboard.press("/")
    panel = page.get_by_role("dialog", name="Search the course")
    page.keyboard.type("lease")
    expect(panel.locator(".hits a").first).to_be_visible()
    desktop.context.set_offline(True)
    panel.get_by_role("searchbox").fill("split brain")
    expect(panel.locator(".hits a").first).to_be_visible()
    desktop.context.set_offline(False)


def test_the_search_key_can_be_turned_off(desktop):
    page = desktop.open("/")
    page.keyboard.press("/")
    panel = page.get_by_role("dialog", name="Search the course")
    panel.get_by_role("checkbox").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(panel).to_be_hidden()


def test_a_copied_link_says_so_and_leads_to_the_part(desktop):
    desktop.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = desktop.open("/lessons/topologies/")
    link = page.locator("h2 copy-link").first
    link.locator("button").click()
    expect(link.locator("[role=status]")).to_have_text("copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith(link.get_attribute("href"))
