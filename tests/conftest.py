"""What every test may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Where collected files would be; a fresh clone has none, and WhiteNoise warns about that.
(ROOT / ".local" / "static").mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def content() -> Path:
    """The course's own content folder."""
    return ROOT / "content"
