"""Who is answering? A random key in a signed cookie, set with the first answer and not before."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse

from study.models import Learner
from study.throttle import Throttle

COOKIE = "learner"
COOKIE_AGE_S = 365 * 24 * 3600
SALT = "study.learner"
NEW_LEARNERS = Throttle(limit=600, period_s=3600)  # a lecture hall behind one address fits


class TooManyLearners(Exception):
    """More new learners from one address than a classroom needs."""


def learner_of(request: HttpRequest) -> Learner | None:
    """The learner whose cookie came along, or None. A cookie that we did not sign is as good as none."""
    text = request.COOKIES.get(COOKIE)
    if not text:
        return None
    try:
        key = uuid.UUID(signing.loads(text, salt=SALT, max_age=COOKIE_AGE_S))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Learner.objects.filter(key=key).first()


def learner_begin(request: HttpRequest) -> Learner:
    """The learner of this request, made now when there is none. Raises TooManyLearners."""
    known = learner_of(request)
    if known:
        return known
    if not NEW_LEARNERS.allows(request.META.get("REMOTE_ADDR", "")):
        raise TooManyLearners
    return Learner.objects.create()


def learner_remember(response: HttpResponse, learner: Learner) -> HttpResponse:
    """Gives the browser the key of its learner."""
    response.set_cookie(
        COOKIE,
        signing.dumps(str(learner.key), salt=SALT),
        max_age=COOKIE_AGE_S,
        httponly=True,
        samesite="Lax",
        secure=settings.COOKIES_OVER_HTTPS_ONLY,
    )
    return response


def learner_let_go(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Takes the key away from the browser and signs out; nothing that is kept changes."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        logout(request)
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
