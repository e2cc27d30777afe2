"""Do the addresses of the experiments keep their promises, for what is right and for what is not?"""

import pytest

from lessons.simulator.engine.params import params
from lessons.widgets.registry import widget, widgets

pytestmark = pytest.mark.django_db
FIELDS = list(params(widget("failover").scenario))
BAD_TEXTS = ["NaN", "1e308", "-1e9", "", "many"]
ADDRESSES = ("/widgets/failover/", "/widgets/failover.json", "/widgets/failover.csv", "/widgets/failover.svg")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", BAD_TEXTS)
def test_what_no_model_may_see_is_refused_by_name_everywhere(client, field, text):
    data = client.get("/widgets/failover.json", {field: text})
    assert data.status_code == 422
    assert data.json()["error"]["field"] == field
    assert data.json()["error"]["allowed"]
    part = client.get("/widgets/failover/", {field: text}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert f"<strong>{field}</strong>" in part.content.decode()
    assert b"<svg" not in part.content, "the figure on the page stays as it is"
    page = client.get("/widgets/failover/", {field: text, "shown": "1"})
    assert page.status_code == 422
    assert f"<strong>{field}</strong>" in page.content.decode()
    assert b"experiment__sentence" in page.content, "a page opened afresh draws the defaults"


def test_a_run_over_the_bound_is_refused_with_the_field_to_lower(client):
    costly = {"runs": "10000", "checkers": "200"}
    assert client.get("/widgets/failover.json", costly).json()["error"]["field"] in costly
    assert client.get("/widgets/failover/", costly).status_code == 422


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("texts", [{"ttl_s": "NaN"}, {"no_such_field": "1"}, {"preset": "none"}, {"seed": "x"}])
def test_every_address_names_what_it_ignores(client, address, texts):
    response = client.get(address, texts)
    assert response.status_code == 422
    assert next(iter(texts)) in response.content.decode()


def test_htmx_gets_the_problem_alone(client):
    response = client.get("/widgets/failover/", {"no_such_field": "1"}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#experiment-problems"
    assert b"<svg" not in response.content


def test_a_broken_run_to_compare_with_is_named(client):
    response = client.get("/widgets/failover.json", {"against": "no_such_field=1"})
    assert response.status_code == 422
    assert response.json()["error"]["field"] == "against"


@pytest.mark.parametrize("kind", ["json", "csv", "svg"])
def test_data_is_kept_by_caches_without_a_cookie(client, kind):
    first = client.get(f"/widgets/failover.{kind}")
    assert first.status_code == 200
    assert not first.cookies
    again = client.get(f"/widgets/failover.{kind}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("slug", list(widgets()))
def test_only_the_embed_may_be_framed(client, slug):
    embed, page = client.get(f"/embed/{slug}/"), client.get(f"/widgets/{slug}/")
    assert "frame-ancestors *" in embed["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_an_older_engine_gets_a_message_and_the_run(client):
    response = client.get("/widgets/failover/", {"engine": "0.0.1"})
    assert response.status_code == 200
    assert b"0.0.1" in response.content


def test_an_unknown_experiment_is_not_found(client):
    assert client.get("/widgets/nothing/").status_code == 404


def test_a_topology_brings_its_moments_and_a_timeline_its_numbers(client):
    text = client.get("/widgets/failover/", {"shown": "1"}).content.decode()
    assert "<sim-playhead" in text
    assert "application/json" in text


def test_a_lesson_fetches_further_settings_and_keeps_what_they_change(client):
    lesson = client.get("/lessons/failover-and-failback/").content.decode()
    assert 'name="checkers"' not in lesson, "settings that hardly anybody opens weigh nothing"
    part = client.get("/widgets/failover/controls/?preset=hot-standby&checkers=7&anchor=here")
    text = part.content.decode()
    assert part.status_code == 200 and 'id="here-checkers"' in text and 'value="7"' in text
    assert 'name="dns_ttl_s"' not in text, "the first three stand on the page already"
    assert client.get("/widgets/failover/controls/?checkers=many").status_code == 422
    assert 'name="checkers"' in client.get("/widgets/failover/").content.decode()
