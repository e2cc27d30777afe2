"""Addresses of what is kept of a learner."""

from django.urls import path

from study import moving, views

app_name = "study"
urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("progress/forget/", views.forget, name="forget"),
    path("progress/leave/", views.leave, name="leave"),
    path("progress/place/", views.place, name="place"),
    path("progress/done/", views.done, name="done"),
    path("progress/export/", moving.export, name="export"),
    path("progress/import/", moving.bring, name="import"),
    path("progress/phrase/", moving.phrase, name="phrase"),
    path("progress/resume/", moving.resume, name="resume"),
]
