"""Addresses of openplatform (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import register
from openplatform.api import endpoints, pages  # noqa: F401 -- endpoints declares the calls
from openplatform.api.declaration import ENDPOINTS
from openplatform.api.dispatch import unknown, view_of
from openplatform.models import ApplicationKind
from openplatform.views import account, center, desk

app_name = "openplatform"

server_api: list[URLPattern | URLResolver] = [
    *(path(call.path[1:], view_of(call), name=f"api_{call.name}") for call in ENDPOINTS.values()),
    path("cgi-bin/<path:rest>", unknown, name="api_unknown_cgi_bin"),
    path("wxa/<path:rest>", unknown, name="api_unknown_wxa"),
    path("sns/<path:rest>", unknown, name="api_unknown_sns"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("open/", account.home, name="home"),
    path("open/register/", register.register_account, name="register_account"),
    path("open/register/captcha/", register.register_captcha, name="register_captcha"),
    path("open/register/check-email/", register.register_check_email, name="register_check_email"),
    path("open/register/activation/", register.register_mail, name="register_mail"),
    path("open/register/activation/resend/", register.register_resend, name="register_resend"),
    path("open/register/activation/change/", register.register_change_email, name="register_change_email"),
    path("open/register/activate/<str:token>/", register.activate, name="activate"),
    path("open/login/", account.OpenLogin.as_view(), name="login"),
    path("open/logout/", account.logout, name="logout"),
    path("open/entity/", account.entity, name="entity"),
    path("open/account/", account.account, name="account"),
    path("open/account/qualification/", account.qualification_apply, name="qualification_apply"),
    path("open/account/qualification/<int:pk>/pay/", account.qualification_pay, name="qualification_pay"),
    path(
        "open/account/qualification/<int:pk>/withdraw/", account.qualification_withdraw, name="qualification_withdraw"
    ),
    path("open/account/orders/<int:pk>/", account.pay_status, name="pay_status"),
    path("open/center/", center.center, name="center"),
    path("open/center/official-accounts/", center.bindings, name="bindings"),
    path("open/center/official-accounts/bind/", center.bind_ask, name="bind_ask"),
    path("open/center/official-accounts/bound/", center.bound, name="bound"),
    path("open/center/official-accounts/unbound/", center.unbound, name="unbound"),
    path("open/center/official-accounts/<int:pk>/unbind/", center.unbind_ask, name="unbind_ask"),
    path("open/center/applications/<int:pk>/", center.application, name="application"),
    path("open/center/applications/<int:pk>/edit/", center.application_edit, name="application_edit"),
    path("open/center/applications/<int:pk>/delete/", center.application_delete, name="application_delete"),
    path("open/center/applications/<int:pk>/icons/<slug:size>/", center.application_icon, name="application_icon"),
    *(
        path(f"open/center/{kind}/{tail}", view, {"kind": kind}, name=f"{name}_{kind}")
        for kind in ApplicationKind.values
        for tail, view, name in (("", center.center, "center"), ("new/", center.application_new, "application_new"))
    ),
    path("desk/open/qualifications/", desk.desk_qualifications, name="desk_qualifications"),
    path("desk/open/qualifications/<int:pk>/", desk.desk_qualification, name="desk_qualification"),
    path("desk/open/qualifications/<int:pk>/licence/", desk.desk_licence, name="desk_licence"),
    path("desk/open/qualifications/<int:pk>/pass/", desk.desk_qualification_pass, name="desk_qualification_pass"),
    path("desk/open/qualifications/<int:pk>/reject/", desk.desk_qualification_reject, name="desk_qualification_reject"),
    path("desk/open/applications/", desk.desk_applications, name="desk_applications"),
    path("desk/open/applications/<int:pk>/", desk.desk_application, name="desk_application"),
    path("desk/open/applications/<int:pk>/icons/<slug:size>/", desk.desk_icon, name="desk_icon"),
    path("desk/open/applications/<int:pk>/approve/", desk.desk_application_approve, name="desk_application_approve"),
    path("desk/open/applications/<int:pk>/reject/", desk.desk_application_reject, name="desk_application_reject"),
    path("console/<str:appid>/settings/development/calls/", pages.console_calls, name="console_calls"),
    path("phone/codes/<str:slug>/", pages.phone_code, name="phone_code"),
    *server_api,
]
