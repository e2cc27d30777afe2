"""Addresses of class sessions."""

from django.urls import path

from classroom import views_phone, views_results, views_teach

app_name = "classroom"
urlpatterns = [
    path("join/", views_phone.join, name="join"),
    path("j/<slug:code>/", views_phone.phone, name="phone"),
    path("j/<slug:code>/part/", views_phone.part, name="phone-part"),
    path("j/<slug:code>/vote/", views_phone.vote, name="vote"),
    path("j/<slug:code>/held/", views_phone.held, name="held"),
    path("j/<slug:code>/more-time/", views_phone.more_time, name="more-time"),
    path("j/<slug:code>/signal/", views_phone.signal, name="signal"),
    path("j/<slug:code>/ask/", views_phone.ask, name="ask"),
    path("j/<slug:code>/ask/<int:number>/", views_phone.up_vote, name="up-vote"),
    path("j/<slug:code>/mine/", views_phone.mine, name="mine"),
    path("j/<slug:code>/take-home/", views_phone.take_home, name="take-home"),
    path("j/<slug:code>/count-reviews/", views_phone.count_reviews, name="count-reviews"),
    path("j/<slug:code>/lesson/", views_phone.browse, name="browse"),
    path("teach/", views_teach.teach, name="teach"),
    path("teach/<slug:code>/", views_teach.console, name="console"),
    path("teach/<slug:code>/part/", views_teach.console_part, name="console-part"),
    path("teach/<slug:code>/step/", views_teach.step, name="step"),
    path("teach/<slug:code>/improvise/", views_teach.improvise, name="improvise"),
    path("teach/<slug:code>/cards/", views_teach.cards, name="cards"),
    path("teach/<slug:code>/wall/<int:number>/", views_teach.wall, name="wall"),
    path("teach/<slug:code>/rehearsal/", views_teach.rehearsal, name="rehearsal"),
    path("teach/<slug:code>/keep/", views_teach.keep, name="keep"),
    path("teach/<slug:code>/lend/", views_teach.lend, name="lend"),
    path("teach/<slug:code>/delete/", views_teach.delete, name="delete"),
    path("teach/<slug:code>/plan.json", views_teach.plan, name="plan"),
    path("teach/<slug:code>/results/", views_results.results, name="results"),
    path("teach/<slug:code>/results.csv", views_results.results_csv, name="results-csv"),
    path("teach/<slug:code>/screen/", views_teach.screen, name="screen"),
    path("teach/<slug:code>/screen/part/", views_teach.screen_part, name="screen-part"),
]
