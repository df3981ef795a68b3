"""Addresses of releases (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver

app_name = "releases"
urlpatterns: list[URLPattern | URLResolver] = []
