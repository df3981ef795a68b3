"""Addresses of the phone, of scans and of the console's notices."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
