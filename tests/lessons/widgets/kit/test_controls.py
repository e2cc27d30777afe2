"""Does a form send what its reader meant, and no more?"""

from urllib.parse import parse_qsl

from lessons.simulator.engine.params import params, read_texts
from lessons.widgets.kit.controls import FOLLOWED, fields, followed, without_followed
from lessons.widgets.registry import widget


def form_of(slug: str, **given: str) -> dict[str, str]:
    """What a page's form would send if nothing were touched."""
    made = widget(slug)
    values, problems = read_texts(made.scenario, given)
    assert not problems
    scenario = made.scenario(**values)
    texts = {one.name: one.value for one in fields(made, scenario)}
    return texts | {FOLLOWED: followed(made, scenario, given)}


def test_a_value_that_followed_from_the_strategy_does_not_hold_on_when_it_changes() -> None:
    made = widget("failover")
    sent = form_of("failover") | {"strategy": "backup_restore"}
    values, problems = read_texts(made.scenario, without_followed(sent))
    assert not problems
    assert made.scenario(**values).restore_s == made.scenario(strategy="backup_restore").restore_s


def test_a_value_that_was_given_holds_on() -> None:
    made = widget("failover")
    sent = form_of("failover", promotion_s="7") | {"strategy": "backup_restore"}
    values, _ = read_texts(made.scenario, without_followed(sent))
    assert made.scenario(**values).promotion_s == 7.0


def test_a_changed_value_is_a_given_one() -> None:
    made = widget("failover")
    sent = form_of("failover") | {"promotion_s": "45"}
    values, _ = read_texts(made.scenario, without_followed(sent))
    assert values["promotion_s"] == 45.0


def test_only_optional_fields_can_follow() -> None:
    made = widget("failover")
    names = dict(parse_qsl(form_of("failover")[FOLLOWED]))
    assert names and all(params(made.scenario)[name].optional for name in names)


def test_a_bad_text_is_not_swallowed() -> None:
    sent = form_of("failover") | {"promotion_s": ""}
    assert without_followed(sent)["promotion_s"] == ""
