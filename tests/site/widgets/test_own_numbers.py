"""Do experiments run with a reader's own numbers, and does the server keep nothing of them?"""

import pytest

from widgets.drawing import _run
from widgets.own_numbers import EXAMPLE

NUMBERS = "[traffic]\nrequest_rate_rps = 777\nwrite_fraction = 0.5\n"
HTMX = {"HX-Request": "true"}


def test_a_plain_form_runs_an_experiment_with_them(reader):
    before = _run.cache_info().currsize
    response = reader.post("/widgets/failover/", {"numbers": NUMBERS})
    text = response.content.decode()
    assert response.status_code == 200
    assert "These are your numbers" in text and "request_rate_rps = 777" in text
    assert 'value="777"' in text
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert _run.cache_info().currsize == before, "a run with somebody's own numbers is not kept"


def test_further_runs_carry_them_and_no_link_holds_them(reader):
    text = reader.post("/widgets/failover/", {"numbers": NUMBERS}).content.decode()
    form = text[text.index('id="experiment-form"') :]
    assert 'method="post"' in form[:300]
    assert NUMBERS.strip() in form
    assert "Permanent link" not in text


def test_a_control_wins_over_the_file(reader):
    response = reader.post(
        "/widgets/failover/", {"numbers": NUMBERS, "request_rate_rps": "888", "anchor": "x"}, headers=HTMX
    )
    assert response.status_code == 200
    whole = reader.post("/widgets/failover/", {"numbers": NUMBERS, "request_rate_rps": "888"}).content.decode()
    assert 'value="888"' in whole and 'value="777"' not in whole


def test_a_wrong_file_is_named_by_line_and_given_back(reader):
    wrong = NUMBERS + "users = 3\n"
    page = reader.post("/widgets/failover/", {"numbers": wrong})
    assert page.status_code == 422
    assert "Line 4:" in page.content.decode() and "users = 3" in page.content.decode()
    part = reader.post("/widgets/failover/", {"numbers": wrong, "anchor": "lose-a-region"}, headers=HTMX)
    assert part.status_code == 422
    assert part["HX-Retarget"] == "#lose-a-region-problems"
    assert "line 4" in part.content.decode()


def test_the_page_checks_gives_back_and_keeps_nothing(reader):
    checked = reader.post("/numbers/", {"numbers": NUMBERS, "action": "check"})
    assert "request_rate_rps = 777" in checked.content.decode() and "data-valid" in checked.content.decode()
    exported = reader.post("/numbers/", {"numbers": NUMBERS, "action": "export"})
    assert exported.content.decode() == NUMBERS
    assert "attachment" in exported["Content-Disposition"]
    assert not checked.cookies and not exported.cookies


def test_a_file_can_be_sent_instead_of_pasted(reader, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(NUMBERS)
    with path.open("rb") as file:
        response = reader.post("/numbers/", {"file": file, "action": "check"})
    assert "request_rate_rps = 777" in response.content.decode()


@pytest.mark.parametrize("address", ["/numbers/", "/widgets/failover/"])
def test_another_site_cannot_send_them(stranger, address):
    assert stranger.post(address, {"numbers": NUMBERS}).status_code == 403


def test_values_that_a_model_may_not_see_are_refused(reader):
    assert reader.post("/numbers/", {"numbers": "[traffic]\nrequest_rate_rps = 1e300\n"}).status_code == 422


def test_the_example_runs_with_its_own_round_trips(reader):
    text = reader.post("/widgets/latency/", {"numbers": EXAMPLE}).content.decode()
    assert "These are your numbers" in text and "singapore" in text
    assert "round trips between 3 places, 3 groups of users" in text
