"""Addresses of the pages to read."""

from django.urls import path

from courses import artefacts, offline, progress, views

app_name = "courses"
urlpatterns = [
    path("", views.front, name="front"),
    path("lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("lessons/<slug:slug>/handout/", views.handout, name="handout"),
    path("lessons/<slug:slug>/notes/", views.notes, name="notes"),
    path("incidents/", views.incidents, name="incidents"),
    path("incidents/<slug:slug>/", views.incident, name="incident"),
    path("artefacts/", artefacts.artefacts, name="artefacts"),
    path("artefacts/all.zip", artefacts.archive, name="artefacts-all"),
    path("artefacts/files/<path:name>", artefacts.artefact, name="artefact"),
    path("glossary/", views.glossary_page, name="glossary"),
    path("sources/", views.sources_page, name="sources"),
    path("validation/", views.validation, name="validation"),
    path("search/", views.search_page, name="search"),
    path("search/index.json", views.search_index, name="search-index"),
    path("offline/", offline.not_here, name="offline"),
    path("service-worker.js", offline.service_worker, name="service-worker"),
    path("progress/", progress.progress, name="progress"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
