"""Addresses of practice and exam. A sitting's address is its learner's own; nobody else finds it."""

from django.urls import path

from quizzes import exam, practice
from study.models import Practice

app_name = "practice"
urlpatterns = [
    path("", practice.start, name="start"),
    path("exam/", practice.start, {"mode": Practice.Mode.EXAM}, name="exam"),
    path("exam/<int:number>/", exam.sitting, name="exam-sitting"),
    path("exam/<int:number>/hand-in/", exam.hand_in, name="exam-hand-in"),
    path("exam/<int:number>/<int:place>/", exam.step, name="exam-step"),
    path("<int:number>/", practice.sitting, name="sitting"),
    path("<int:number>/end/", practice.end, name="end"),
    path("<int:number>/<int:place>/", practice.step, name="step"),
]
