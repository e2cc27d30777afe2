"""Which address leads where?"""

from django.urls import include, path

from study.account import NewPassword, SignIn, SignUp
from study.views import leave

urlpatterns = [
    path("", include("courses.urls")),
    path("", include("widgets.urls")),
    path("", include("quizzes.urls")),
    path("practice/", include("quizzes.practice_urls")),
    path("", include("study.urls")),
    path("", include("classroom.urls")),
    # Of allauth's addresses only those that need no mail; it looks for them by these names.
    path("account/sign-in/", SignIn.as_view(), name="account_login"),
    path("account/sign-up/", SignUp.as_view(), name="account_signup"),
    path("account/password/", NewPassword.as_view(), name="account_change_password"),
    path("account/sign-out/", leave, name="account_logout"),
]
