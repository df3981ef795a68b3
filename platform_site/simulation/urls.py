"""Addresses of the simulated world's switchboard: /sim/ …"""

from django.urls import URLPattern, URLResolver

app_name = "sim"
urlpatterns: list[URLPattern | URLResolver] = []
