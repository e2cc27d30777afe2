"""Can copies, leader and client be placed with nothing but a keyboard, and does the focus stay on the place?"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PUT, LEAD, TAKE = "Put a copy in Ohio", "Make Ohio the leader", "Take the copy in Ohio away; Virginia leads"


def test_a_copy_is_put_made_leader_and_taken_away_by_pressing_enter_three_times(desktop):
    page = desktop.open("/widgets/quorum-latency/?shown=1")
    before = page.locator(".experiment__sentence").inner_text()
    page.locator(f'.figure-svg a.pick[aria-label="{PUT}"]').focus()
    for then in (LEAD, TAKE, PUT):
        page.keyboard.press("Enter")
        expect(page.locator(f'.figure-svg a.pick[aria-label="{then}"]').first).to_be_focused()
    expect(page.locator(".experiment__sentence")).to_have_text(before)


def test_the_client_moves_when_a_row_is_chosen(desktop):
    page = desktop.open("/widgets/quorum-latency/?shown=1")
    page.locator('.figure-svg a.pick[aria-label="Put the client in Frankfurt"]').first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".experiment__sentence")).to_contain_text("From Frankfurt a commit takes")
    expect(page.locator("[name=client_region]")).to_have_value("eu-central-1")
