"""Addresses of openplatform (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from openplatform import views

app_name = "openplatform"
urlpatterns: list[URLPattern | URLResolver] = [
    path("open/", views.home, name="home"),
]
