"""Does a request that changes something come from a page of this site?

Reading pages set no cookie and embed no token, so the browser's own word is taken: Sec-Fetch-Site, else Origin, else
Referer.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class SameOriginMiddleware:
    """Refuses unsafe requests that another site could have caused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS or comes_from_here(request):
            return self.get_response(request)
        return render(request, "403.html", status=403)


def comes_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this request."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    if settings.BASE_URL and _site(sender) == _site(settings.BASE_URL):
        return True  # behind a proxy that ends TLS, the request itself does not know its public address
    return _site(sender) == (request.scheme, request.get_host())


def _site(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ("", "")
    return (parts.scheme, parts.netloc)
