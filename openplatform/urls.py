"""Addresses of openplatform (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from openplatform import views
from openplatform.api import endpoints, pages  # noqa: F401 -- endpoints declares the calls
from openplatform.api.declaration import ENDPOINTS
from openplatform.api.dispatch import unknown, view_of

app_name = "openplatform"

server_api: list[URLPattern | URLResolver] = [
    *(path(call.path[1:], view_of(call), name=f"api_{call.name}") for call in ENDPOINTS.values()),
    path("cgi-bin/<path:rest>", unknown, name="api_unknown_cgi_bin"),
    path("wxa/<path:rest>", unknown, name="api_unknown_wxa"),
    path("sns/<path:rest>", unknown, name="api_unknown_sns"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("open/", views.home, name="home"),
    path("phone/codes/<str:slug>/", pages.phone_code, name="phone_code"),
    *server_api,
]
