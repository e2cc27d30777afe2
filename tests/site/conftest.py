"""Clients of the site."""

import pytest
from django.test import Client

from study.learners import NEW_LEARNERS


@pytest.fixture(autouse=True)
def a_new_hour(monkeypatch) -> None:
    """All tests come from one address: each begins with nobody counted."""
    monkeypatch.setattr(NEW_LEARNERS, "_calls", {})


@pytest.fixture
def reader(db) -> Client:
    """A browser that says its requests come from our own pages."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def stranger(db) -> Client:
    """A browser that another site sends here."""
    return Client(headers={"Sec-Fetch-Site": "cross-site"})
