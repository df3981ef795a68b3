"""Addresses of entities (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver

app_name = "entities"
urlpatterns: list[URLPattern | URLResolver] = []
