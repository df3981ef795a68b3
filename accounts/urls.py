"""Addresses of accounts (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import email_change, login, register, staff, switch

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("register/", register.register_choose, name="register_choose"),
    path("register/account/", register.register_account, name="register_account"),
    path("register/account/captcha/", register.register_captcha, name="register_captcha"),
    path("register/account/check-email/", register.register_check_email, name="register_check_email"),
    path("register/agreement/service/", register.agreement, {"document": "service"}, name="agreement_service"),
    path(
        "register/agreement/mini-program/",
        register.agreement,
        {"document": "mini_program"},
        name="agreement_mini_program",
    ),
    path("register/activation/", register.register_mail, name="register_mail"),
    path("register/activation/resend/", register.register_resend, name="register_resend"),
    path("register/activation/change/", register.register_change_email, name="register_change_email"),
    path("register/activate/<str:token>/", register.activate, name="activate"),
    path("login/", login.ConsoleLogin.as_view(), name="login"),
    path("login/scan/", login.login_scan, name="login_scan"),
    path("login/cancel/", login.login_cancel, name="login_cancel"),
    path("login/by-scan/", login.login_by_scan, name="login_by_scan"),
    path("login/choose/", login.login_choose, name="login_choose"),
    path("logout/", login.logout, name="logout"),
    path("switch/<str:appid>/", switch.switch, name="switch"),
    path("console/<str:appid>/settings/email/", email_change.email_change, name="email_change"),
    path("console/<str:appid>/settings/email/drop/", email_change.email_change_drop, name="email_change_drop"),
    path("console/<str:appid>/settings/email/scan/", email_change.email_change_scan, name="email_change_scan"),
    path("console/<str:appid>/settings/email/changed/", email_change.email_changed, name="email_changed"),
    path("console/<str:appid>/settings/email/prove/", email_change.email_prove, name="email_prove"),
    path("desk/login/", staff.DeskLogin.as_view(), name="desk_login"),
    path("desk/logout/", staff.desk_logout, name="desk_logout"),
    path("", include("accounts.phone_urls")),
]
