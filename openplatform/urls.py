"""Addresses of openplatform (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver

app_name = "openplatform"
urlpatterns: list[URLPattern | URLResolver] = []
