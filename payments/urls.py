"""Addresses of payments (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from payments.questions import STEPS
from payments.views import apply, console, contact, desk

app_name = "payments"
_pay = "console/<str:appid>/pay/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_pay, console.pay, name="pay"),
    path(f"{_pay}apply/", apply.apply_start, name="apply_start"),
    path(f"{_pay}apply/check/", apply.apply_check, name="apply_check"),
    path(f"{_pay}apply/withdraw/", apply.apply_withdraw, name="apply_withdraw"),
    path(f"{_pay}apply/scans/<slug:slot>/", apply.apply_scan, name="apply_scan"),
    *(
        path(f"{_pay}apply/steps/{step.name}/", apply.apply_step, {"step": step.name}, name="apply_step")
        for step in STEPS
    ),
    path(f"{_pay}apply/sms/", contact.apply_sms, name="apply_sms"),
    path(f"{_pay}account/", console.account_verify, name="account_verify"),
    path(f"{_pay}sign/", console.sign_ask, name="sign_ask"),
    path(f"{_pay}signed/", console.signed, name="signed"),
    path(f"{_pay}merchants/", console.link_ask, name="link_ask"),
    path(f"{_pay}merchants/<int:pk>/answer/", console.link_answer, name="link_answer"),
    path(f"{_pay}merchants/<int:pk>/end/", console.link_end, name="link_end"),
    path("desk/pay/", desk.desk_applications, name="desk_applications"),
    path("desk/pay/<int:pk>/", desk.desk_application, name="desk_application"),
    path("desk/pay/<int:pk>/scans/<slug:slot>/", desk.desk_scan, name="desk_scan"),
    path("desk/pay/<int:pk>/reveal/", desk.desk_reveal, name="desk_reveal"),
    path("desk/pay/<int:pk>/approve/", desk.desk_approve, name="desk_approve"),
    path("desk/pay/<int:pk>/reject/", desk.desk_reject, name="desk_reject"),
]
