"""What every test may use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
# Where collected files would be; a fresh clone has none, and WhiteNoise warns about that.
(ROOT / ".local" / "static").mkdir(parents=True, exist_ok=True)

# CI draws the same examples every time, so that a red run can be repeated; elsewhere they are fresh. No example has a
# deadline: a busy machine is no fault, and speed is for the benchmarks.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None)
settings.load_profile("repeatable" if os.environ.get("CI") else "fresh")


@pytest.fixture(scope="session")
def content() -> Path:
    """The course's own content folder."""
    return ROOT / "content"
