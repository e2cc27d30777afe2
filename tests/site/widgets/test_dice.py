"""Other dice are offered where they can change something, and nowhere else."""

import pytest

from lessons.simulator.record import as_plain
from lessons.widgets.registry import widgets
from widgets.drawing import draw

SITUATIONS = [(slug, name) for slug, made in widgets().items() for name in made.presets]


@pytest.mark.parametrize(("slug", "preset"), SITUATIONS)
def test_a_run_that_is_no_matter_of_chance_is_the_same_for_every_seed(slug, preset):
    runs = [draw(widgets()[slug], {"preset": preset, "seed": str(seed)}) for seed in (11, 12, 13)]
    assert len({run.by_chance for run in runs}) == 1
    if not runs[0].by_chance:
        assert len({repr(as_plain(run.result)) for run in runs}) == 1


def test_only_a_matter_of_chance_offers_other_dice(client):
    assert "Other dice" in client.get("/widgets/failover/?shown=1").content.decode()
    for slug in ("trace-waterfall", "blast-radius", "cost"):
        assert "Other dice" not in client.get(f"/widgets/{slug}/?shown=1").content.decode(), slug
