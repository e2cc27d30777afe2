"""Which address leads where?"""

from django.urls import include, path

urlpatterns = [
    path("", include("courses.urls")),
    path("", include("widgets.urls")),
    path("", include("quizzes.urls")),
    path("", include("study.urls")),
]
