"""Every page, light and dark: accessible, within its width, asking nobody else."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from config.every_page import every_page

pytestmark = pytest.mark.browser

# Without a prediction the result is closed; axe has to see it open.
PAGES = [path for name, path in every_page().items() if not name.endswith("-before")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(profile, path, scheme):
    watched = profile(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    found = Axe().run(watched.open(path)).response["violations"]
    assert not found, [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_at_320_px(profile, path):
    page = profile(viewport={"width": 320, "height": 640}).open(path)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 321)"
        ".slice(0, 5).map(e => e.outerHTML.slice(0, 120))"
    )
    assert page.locator("h1").count() == 1
