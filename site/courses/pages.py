"""How is a page kept that is the same for everybody without a cookie? As bytes, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from study.learners import COOKIE

PAGES_MAX = 200


@dataclass(frozen=True)
class _Page:
    etag: str
    content_type: str
    bodies: dict[str, bytes]


_kept: dict[str, _Page] = {}


def kept_for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keeps the answer to readers without a cookie; a reader with one gets their own page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if COOKIE in request.COOKIES or settings.DEBUG or request.GET:
            response = view(request, *args, **kwargs)
            response["Cache-Control"] = "private, no-store"
            response["Vary"] = "Cookie"
            return response
        page = _kept.get(request.path)
        if page is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            page = _page(response.content, response["Content-Type"])
            if len(_kept) < PAGES_MAX:
                _kept[request.path] = page
        return _sent(request, page)

    return answer


def _page(body: bytes, content_type: str) -> _Page:
    bodies = {"": body, "gzip": gzip.compress(body, 9, mtime=0), "br": brotli.compress(body, quality=11)}
    return _Page(f'"{hashlib.sha256(body).hexdigest()[:24]}"', content_type, bodies)


def _sent(request: HttpRequest, page: _Page) -> HttpResponse:
    accepted = request.headers.get("Accept-Encoding", "")
    encoding = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
    if page.etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(page.bodies[encoding], content_type=page.content_type)
        if encoding:
            response["Content-Encoding"] = encoding
    response["ETag"] = page.etag
    response["Vary"] = "Cookie, Accept-Encoding"
    response["Cache-Control"] = "no-cache"
    return response
