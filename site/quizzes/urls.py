"""Addresses of questions and predictions."""

from django.urls import path

from quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("quiz/predictions/<slug:slug>/", views.predict, name="predict"),
    path("quiz/<slug:question_id>/", views.question, name="question"),
]
