"""Addresses of questions and predictions."""

from django.urls import path

from quizzes import offline, review, views

app_name = "quizzes"
urlpatterns = [
    path("owner/questions/", views.owner_questions, name="owner"),
    path("quiz/offline/", offline.merge, name="offline"),
    path("quiz/predictions/<slug:slug>/", views.predict, name="predict"),
    path("quiz/<slug:question_id>/", views.question, name="question"),
    path("quiz/<slug:question_id>/flag/", views.flag, name="flag"),
    path("review/", review.overview, name="review"),
    path("review/next/", review.following, name="review-next"),
    path("review/prompts/<slug:prompt_id>/", review.prompt, name="review-prompt"),
    path("review/plan/", review.study_plan, name="review-plan"),
    path("review/reminder.ics", review.reminder_file, name="review-reminder"),
    path("review/prompts.txt", review.prompts_as_text, name="review-text"),
    path("review/anki.tsv", review.prompts_as_anki, name="review-anki"),
]
