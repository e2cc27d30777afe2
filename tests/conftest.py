"""What every test may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def content() -> Path:
    """The course's own content folder."""
    return ROOT / "content"
