"""Addresses of payments (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from payments import views

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/<str:appid>/pay/", views.pay, name="pay"),
]
