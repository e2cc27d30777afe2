"""Does every page answer, and does a page that fails say what happened, what is safe and what to do next?"""

import pytest
from django.test import Client, override_settings
from django.urls import path

from config.every_page import every_page

EXPECTED = {"widget-refused": 422, "no-such-page": 404}


def _fails(request):
    raise RuntimeError("a fault of ours")


urlpatterns = [path("fails/", _fails)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(every_page()))
def test_every_page_answers(client, name):
    assert client.get(every_page()[name]).status_code == EXPECTED.get(name, 200)


def test_a_page_that_is_not_there_says_so_and_leads_on(client):
    text = client.get("/no-such-page/").content.decode()
    assert "Nothing you answered is lost" in text
    assert 'href="/search/"' in text


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours_is_named_without_a_database_or_a_traceback():
    answer = Client(raise_request_exception=False).get("/fails/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "it is our fault" in text and "may not have been stored" in text
    assert "RuntimeError" not in text


def test_a_request_for_another_host_is_refused_in_words(client):
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "nothing was changed" in answer.content.decode()


def test_reading_sets_no_cookie(client, db):
    for address in every_page().values():
        assert not client.get(address).cookies, address
