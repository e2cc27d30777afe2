"""Is what several scenarios ask for said once, and can a field be taken over without losing a word?"""

import dataclasses
from dataclasses import dataclass
from itertools import combinations

import pytest

from lessons.simulator.engine.fields import RoundTrips, Service
from lessons.simulator.engine.params import CheckedScenario, param, params, same_as
from lessons.simulator.lenses import lenses

# What a lens says of a shared field for itself.
OF_EACH_LENS = {"default": None, "help": "", "passport": "", "optional": False}


@dataclass(frozen=True, kw_only=True)
class Copies(CheckedScenario):
    copies: int = param(3, label="Copies", min=1, max=9, help="One in each region.", passport="copies")
    needed: int | None = param(None, label="Needed", min=1, max=9)

    def resolve(self):
        if self.needed is None:
            self._set("needed", self.copies // 2 + 1)


@dataclass(frozen=True, kw_only=True)
class Composed(CheckedScenario):
    rounds: int = param(1, label="Rounds", min=1, max=5)
    copies: int = same_as(Copies, "copies", 5, max=7, help="Of everything.")
    needed: int | None = same_as(Copies, "needed")

    def resolve(self):
        self._take(Copies(**self.shared_with(Copies)))


def test_a_field_that_is_taken_over_differs_only_in_what_is_said_again():
    there, here = params(Copies)["copies"], params(Composed)["copies"]
    assert here == dataclasses.replace(there, default=5, max=7, help="Of everything.")
    with pytest.raises(TypeError):
        same_as(Copies, "copies", colour="red")


def test_a_scenario_that_composes_another_is_filled_as_that_one_is():
    assert Composed(rounds=2).shared_with(Copies) == {"copies": 5, "needed": 3}
    assert Composed(copies=7, needed=1).as_dict() == {"rounds": 1, "copies": 7, "needed": 1}


def test_a_field_that_two_lenses_ask_for_in_the_same_words_is_said_once():
    shared = {*params(RoundTrips), *params(Service)}
    scenarios = {name: params(lens.Scenario) for name, lens in lenses().items()}
    for (one, here), (other, there) in combinations(scenarios.items(), 2):
        for name in (here.keys() & there.keys()) - shared:
            said = [dataclasses.replace(field, **OF_EACH_LENS) for field in (here[name], there[name])]
            assert said[0] != said[1], f"{one} and {other} both say {name}: put it into engine/fields.py"
