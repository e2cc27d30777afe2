"""Clients of the site."""

import pytest
from django.test import Client


@pytest.fixture
def reader(db) -> Client:
    """A browser that says its requests come from our own pages."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def stranger(db) -> Client:
    """A browser that another site sends here."""
    return Client(headers={"Sec-Fetch-Site": "cross-site"})
