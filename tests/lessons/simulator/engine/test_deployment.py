"""Do the deployments, presets and passports of the course hold together, and do wrong ones say where?"""

import pytest

from lessons.simulator import failover, split_brain
from lessons.simulator.engine.deployment import DeploymentError, read_deployment
from lessons.simulator.engine.params import params
from lessons.simulator.engine.passports import read_passports
from lessons.simulator.presets import presets

REGION = '[[region]]\nid = "a"\nname = "A"\ncapacity_fraction = 1\n'


def test_every_strategy_has_a_deployment_that_says_so(content):
    made = [read_deployment(path) for path in (content / "deployments").glob("tally-*.toml")]
    assert {deployment.scenario["strategy"] for deployment in made} == set(failover.scenario.STRATEGIES)
    for deployment in made:
        expected = failover.Scenario(**deployment.scenario)
        standby = next(region for region in deployment.regions if region.id == failover.scenario.STANDBY_REGION)
        assert standby.capacity_fraction == expected.standby_capacity_fraction


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "title is missing"),
        ('title = "T"\nregions = 1\n', "regions is not a part"),
        ('title = "T"\n[[region]]\nid = "a"\n', "region 1: name is missing"),
        ('title = "T"\n' + REGION.replace("= 1", "= nan"), "it must be a number"),
        ('title = "T"\n' + REGION + REGION, "the same id twice"),
        ('title = "T"\n' + REGION + '[[zone]]\nid = "z"\nregion = "b"\n', "names 'b'; there are a"),
        (
            'title = "T"\n' + REGION + '[[population]]\nid = "p"\nname = "P"\nhome = "a"\nshare_fraction = 0.5\n',
            "sum to 0.5",
        ),
        (
            'title = "T"\n' + REGION + '[[dependency]]\nid = "d"\nname = "D"\nscope = "global"\nregion = "b"\n',
            "dependency d names 'b'; there are a",
        ),
        (
            'title = "T"\n' + REGION + '[[dependency]]\nid = "d"\nname = "D"\nscope = "world"\n',
            "dependency d names 'world'; there are global, regional, zonal",
        ),
        ('title = "T"\n' + REGION + "size = 3\n", "region 1: size is not a key"),
        ("title =", "deployment.toml"),
    ],
)
def test_a_wrong_deployment_says_where(tmp_path, text, words):
    path = tmp_path / "deployment.toml"
    path.write_text(text)
    with pytest.raises(DeploymentError, match=r"deployment\.toml") as caught:
        read_deployment(path)
    assert words in str(caught.value)


@pytest.mark.parametrize(("name", "lens"), [("failover", failover), ("split-brain", split_brain)])
def test_every_preset_runs_and_every_default_has_a_passport(content, name, lens):
    passports = read_passports(content)
    assert all(known.passport in passports for known in params(lens.Scenario).values())
    for preset in presets(content, name).values():
        scenario = lens.Scenario(**preset.values)
        assert lens.cost_ms(scenario) < 250
        words = lens.summary(scenario, lens.run(scenario, seed=preset.seed))
        assert words.endswith(".")


def test_a_passport_without_a_source_says_so(tmp_path):
    (tmp_path / "passports").mkdir()
    (tmp_path / "passports" / "a.toml").write_text('[a]\nname = "A"\nvalue = 1\nunit = ""\n')
    with pytest.raises(ValueError, match=r"\[a\] source is missing"):
        read_passports(tmp_path)
