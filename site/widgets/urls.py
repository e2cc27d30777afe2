"""Addresses of the experiments."""

from django.urls import path

from widgets import views

app_name = "widgets"
urlpatterns = [
    path("widgets/", views.gallery, name="gallery"),
    path("numbers/", views.numbers, name="numbers"),
    path("widgets/<slug:slug>.json", views.as_json, name="json"),
    path("widgets/<slug:slug>.figures.json", views.as_figures, name="figures"),
    path("widgets/<slug:slug>.csv", views.as_csv, name="csv"),
    path("widgets/<slug:slug>.svg", views.as_svg, name="svg"),
    path("widgets/<slug:slug>/", views.page, name="page"),
    path("widgets/<slug:slug>/controls/", views.controls, name="controls"),
    path("widgets/<slug:slug>/passports/", views.constants, name="constants"),
    path("widgets/<slug:slug>/passports/<slug:field>/", views.passport, name="passport"),
    path("embed/<slug:slug>/", views.embed, name="embed"),
]
