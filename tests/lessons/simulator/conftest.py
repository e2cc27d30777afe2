"""What the simulator's tests share: the slow reference, loaded by its path."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def by_request():
    """The SimPy model that plays every request."""
    path = Path(__file__).resolve().parents[2] / "reference" / "failover_by_request.py"
    spec = importlib.util.spec_from_file_location("failover_by_request", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made
