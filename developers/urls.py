"""Addresses of developers (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from developers.views import devtools, members, phone, projects, settings

app_name = "developers"

_console = "console/<str:appid>/"
_project = "devtools/<str:appid>/projects/<int:pk>/"
_preview = "phone/preview/<int:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_console}identity/", members.identity, name="identity"),
    path(f"{_console}identity/search/", members.member_search, name="member_search"),
    path(f"{_console}identity/bind/", members.member_bind_ask, name="member_bind_ask"),
    path(f"{_console}identity/bound/", members.member_bind, name="member_bind"),
    path(f"{_console}identity/<int:pk>/unbind/", members.member_unbind_ask, name="member_unbind_ask"),
    path(f"{_console}identity/unbound/", members.member_unbind, name="member_unbind"),
    path(f"{_console}settings/development/", settings.settings_development, name="settings_development"),
    path(f"{_console}settings/development/secret/", settings.secret_ask, name="secret_ask"),
    path(f"{_console}settings/development/secret/new/", settings.secret_generate, name="secret_generate"),
    path("devtools/", devtools.devtools, name="devtools"),
    path("devtools/login/", devtools.devtools_login, name="devtools_login"),
    path("devtools/enter/", devtools.devtools_enter, name="devtools_enter"),
    path("devtools/logout/", devtools.devtools_logout, name="devtools_logout"),
    path("devtools/projects/new/", devtools.project_create, name="project_create"),
    path(_project, projects.project, name="project"),
    path(f"{_project}preview/", projects.preview, name="preview"),
    path(f"{_project}preview/<int:number>/", projects.preview_qr, name="preview_qr"),
    path(f"{_project}upload/", projects.upload, name="upload"),
    path("devtools/<str:appid>/uploaded/", projects.upload_confirmed, name="upload_confirmed"),
    path(_preview, phone.phone_preview, name="phone_preview"),
    path(f"{_preview}~asset/<path:page>", phone.phone_preview_asset, name="phone_preview_asset"),
    path(f"{_preview}~skin/<path:page>", phone.phone_preview_skin, name="phone_preview_skin"),
    path(f"{_preview}<path:page>", phone.phone_preview, name="phone_preview"),
]
