"""Addresses of developers (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from developers import api_tools
from developers.api import ci
from developers.views import code, debug, devtools, edit, experience, members, phone, projects, settings, upload_key
from developers.views.reports import report_json

app_name = "developers"

_console = "console/<str:appid>/"
_project = "devtools/<str:appid>/projects/<int:pk>/"
_local = "devtools/local/<int:pk>/"  # without an AppID
_ci = "wxa/ci/"
_preview = "phone/preview/<int:pk>/"
_experience = "phone/experience/<str:appid>/"

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
    path(f"{_console}settings/development/key/", upload_key.key_ask, name="key_ask"),
    path(f"{_console}settings/development/key/ready/", upload_key.key_ready, name="key_ready"),
    path(f"{_console}settings/development/key/new/", upload_key.key_generate, name="key_generate"),
    path(f"{_console}settings/development/addresses/", upload_key.key_addresses_ask, name="key_addresses_ask"),
    path(f"{_console}settings/development/addresses/new/", upload_key.key_addresses, name="key_addresses"),
    path(f"{_ci}getrandstr", ci.getrandstr, name="ci_nonce"),
    path(f"{_ci}getattr", ci.getattr_, name="ci_attributes"),
    path(f"{_ci}getwhiteextlist", ci.getwhiteextlist, name="ci_extensions"),
    path(f"{_ci}upload", ci.upload, name="ci_upload"),
    path(f"{_ci}testSourceURL", ci.test_source_url, name="ci_preview"),
    path(f"{_ci}get_dev_sourcemap_info", ci.get_dev_sourcemap_info, name="ci_source_map_info"),
    path(f"{_ci}get_dev_sourcemap", ci.get_dev_sourcemap, name="ci_source_map"),
    path(f"{_ci}getmulticosuploadinfo", ci.getmulticosuploadinfo, name="ci_cloud_store"),
    path(f"{_ci}<path:rest>", ci.unknown, name="ci_unknown"),
    path(_ci, ci.unknown, name="ci_root"),
    path("wxa-dev-logic/clientreportv2", ci.clientreportv2, name="ci_report"),
    path("devtools/", devtools.devtools, name="devtools"),
    path("devtools/login/", devtools.devtools_login, name="devtools_login"),
    path("devtools/enter/", devtools.devtools_enter, name="devtools_enter"),
    path("devtools/logout/", devtools.devtools_logout, name="devtools_logout"),
    path("devtools/api/session", api_tools.session, name="api_session"),
    path("devtools/api/login", api_tools.login, name="api_login"),
    path("devtools/api/tickets/<int:pk>", api_tools.ticket, name="api_ticket"),
    path("devtools/api/enter", api_tools.login_enter, name="api_enter"),
    path("devtools/api/logout", api_tools.logout, name="api_logout"),
    path("devtools/api/preview", api_tools.preview, name="api_preview"),
    path("devtools/api/upload", api_tools.upload, name="api_upload"),
    path("devtools/api/uploaded", api_tools.uploaded, name="api_uploaded"),
    path("devtools/projects/new/", devtools.project_create, name="project_create"),
    path(_project, projects.project, name="project"),
    path(f"{_project}report.json", report_json, name="report_json"),
    path(f"{_project}edit/", edit.edit, name="edit"),
    path(f"{_project}debug/", debug.debug, name="debug"),
    path(f"{_project}debug/~asset/<path:page>", debug.debug_asset, name="debug_asset"),
    path(f"{_project}debug/~skin/<path:page>", debug.debug_skin, name="debug_skin"),
    path(f"{_project}debug/<path:page>", debug.debug, name="debug_page"),
    path(_local, projects.local_project, name="local_project"),
    path(f"{_local}edit/", edit.local_edit, name="local_edit"),
    path(f"{_local}debug/", debug.local_debug, name="local_debug"),
    path(f"{_local}debug/~asset/<path:page>", debug.local_debug_asset, name="local_debug_asset"),
    path(f"{_local}debug/~skin/<path:page>", debug.local_debug_skin, name="local_debug_skin"),
    path(f"{_local}debug/<path:page>", debug.local_debug, name="local_debug_page"),
    path("devtools/cancel/", code.work_cancel, name="work_cancel"),
    path(f"{_project}preview/", projects.preview, name="preview"),
    path(f"{_project}preview/<int:number>/", projects.preview_qr, name="preview_qr"),
    path(f"{_project}upload/", projects.upload, name="upload"),
    path("devtools/<str:appid>/uploaded/", projects.upload_confirmed, name="upload_confirmed"),
    path(_preview, phone.phone_preview, name="phone_preview"),
    path(f"{_preview}~asset/<path:page>", phone.phone_preview_asset, name="phone_preview_asset"),
    path(f"{_preview}~skin/<path:page>", phone.phone_preview_skin, name="phone_preview_skin"),
    path(f"{_preview}<path:page>", phone.phone_preview, name="phone_preview"),
    path(_experience, experience.phone_experience, name="phone_experience"),
    path(f"{_experience}~asset/<path:page>", experience.phone_experience_asset, name="phone_experience_asset"),
    path(f"{_experience}~skin/<path:page>", experience.phone_experience_skin, name="phone_experience_skin"),
    path(f"{_experience}<path:page>", experience.phone_experience, name="phone_experience"),
]
