"""Does every constant open its card, and does the card say how the conclusion moves?"""

import pytest

from lessons.simulator.engine.params import params
from lessons.widgets.registry import widget, widgets
from widgets.drawing import draw
from widgets.passports import passports
from widgets.sensitivity import NoSuchField, card


@pytest.mark.parametrize("slug", list(widgets()))
def test_every_field_of_every_widget_has_a_card(client, slug):
    page = client.get(f"/widgets/{slug}/passports/")
    assert page.status_code == 200
    for name, field in params(widget(slug).scenario).items():
        assert field.passport in passports(), f"{slug}: {name} has no passport"
        assert f"/widgets/{slug}/passports/{name}/" in page.content.decode()
        assert card(draw(widget(slug), {}), name).label == field.label


def test_a_card_shows_source_date_and_the_run_at_other_values(client):
    text = client.get("/widgets/failover/passports/dns_ttl_s/?preset=hot-standby").content.decode()
    assert "seen" in text and "Source" in text
    assert "The conclusion moves with it" in text
    assert text.count("<tr>") >= 4


def test_a_constant_that_decides_nothing_is_said_to_decide_nothing():
    found = card(draw(widget("failover"), {"preset": "hot-standby"}), "routing_shift_s")
    assert found.tried and not found.moves


def test_the_ends_of_a_spread_stay_within_the_field():
    for field in ("failure_threshold", "stale_resolver_fraction", "slo_target_fraction"):
        for one in card(draw(widget("failover"), {}), field).tried:
            assert not draw(widget("failover"), dict(pair.split("=") for pair in one.query.split("&"))).problems


def test_sent_by_htmx_a_card_is_a_part(client):
    part = client.get("/widgets/failover/passports/dns_ttl_s/", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<section") and "<html" not in part


def test_an_unknown_constant_is_not_found(client):
    assert client.get("/widgets/failover/passports/nothing/").status_code == 404
    with pytest.raises(NoSuchField):
        card(draw(widget("failover"), {}), "nothing")
