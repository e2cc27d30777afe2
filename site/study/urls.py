"""Addresses of what is kept of a learner."""

from django.urls import path

from study import views

app_name = "study"
urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("progress/", views.progress, name="progress"),
    path("progress/forget/", views.forget, name="forget"),
    path("progress/place/", views.place, name="place"),
    path("progress/done/", views.done, name="done"),
]
