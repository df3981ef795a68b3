"""Addresses of verification (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from verification import views

app_name = "verification"
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/<str:appid>/settings/verification/", views.details, name="details"),
]
