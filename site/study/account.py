"""Who prefers an account? E-mail and password, through django-allauth; it holds a record, and nothing needs it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter  # type: ignore[import-untyped]
from allauth.account.views import LoginView, PasswordChangeView, SignupView  # type: ignore[import-untyped]
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from study.learners import learner_of, learner_remember
from study.merge import learner_join_account
from study.recall import counts_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's own ways, and the record of this device with them."""

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        """Signed in or up: from here on this browser's record is that of the account."""
        here = learner_of(request) if request.POST.get("along") else None
        learner = learner_join_account(user=user, here=here)
        return learner_remember(super().post_login(request, user, **about), learner)


class _KnowsTheRecordHere:
    """Adds to a form what was done on this device, as long as it belongs to no account."""

    request: HttpRequest

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """The context of allauth with `here`."""
        here = learner_of(self.request)
        context: dict[str, Any] = super().get_context_data(**given)  # type: ignore[misc]
        return context | {"here": counts_of(here) if here and here.user is None else None}


class SignIn(_KnowsTheRecordHere, LoginView):  # type: ignore[misc]
    """The form to sign in."""


class SignUp(_KnowsTheRecordHere, SignupView):  # type: ignore[misc]
    """The form to make an account."""


class NewPassword(PasswordChangeView):  # type: ignore[misc]
    """The form to change a password; then on to one's progress."""

    success_url = "/progress/"
