"""Addresses of developers (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver

app_name = "developers"
urlpatterns: list[URLPattern | URLResolver] = []
