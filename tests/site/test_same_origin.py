"""Whose requests may change something?"""

import pytest
from django.test import RequestFactory

from config.same_origin import comes_from_here


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver:81"}, False),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "null", "Referer": "http://testserver/"}, False),
        ({"Origin": "http://[broken"}, False),
        ({"Referer": "http://testserver/lessons/"}, True),
        ({"Referer": "http://testserver.elsewhere.example/"}, False),
        ({}, False),
    ],
)
def test_the_browsers_own_word_decides(headers, ours):
    assert comes_from_here(RequestFactory().post("/progress/done/", headers=headers)) is ours


def test_behind_a_proxy_the_public_address_is_ours_as_well(settings):
    settings.BASE_URL = "https://course.example"
    request = RequestFactory().post("/progress/done/", headers={"Origin": "https://course.example"})
    assert comes_from_here(request)
    other = RequestFactory().post("/progress/done/", headers={"Origin": "https://other.example"})
    assert not comes_from_here(other)
