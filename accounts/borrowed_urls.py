"""Addresses of pages that libraries bring, under the names that those libraries know, one by one.

Password reset belongs to the console's realm, the second factor and reauthentication to the desk's.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from captcha.views import captcha_image
from django.urls import URLPattern, URLResolver, path, re_path

from accounts.views.register import register_choose
from accounts.views.staff import DeskLogin, SecondFactor, staff_account

RESET, DESK = "password/reset/", "desk/account/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("register/", register_choose, name="account_signup"),
    path("desk/login/", DeskLogin.as_view(), name="account_login"),
    path(RESET, account.password_reset, name="account_reset_password"),
    path(f"{RESET}done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        rf"^{RESET}key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(f"{RESET}key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path(f"{DESK}reauthenticate/", staff_account(account.reauthenticate), name="account_reauthenticate"),
    path(f"{DESK}2fa/", staff_account(SecondFactor.as_view()), name="mfa_index"),
    path(f"{DESK}2fa/authenticate/", factor.authenticate, name="mfa_authenticate"),
    path(f"{DESK}2fa/reauthenticate/", staff_account(factor.reauthenticate), name="mfa_reauthenticate"),
    path(f"{DESK}2fa/totp/activate/", staff_account(totp.activate_totp), name="mfa_activate_totp"),
    path(f"{DESK}2fa/totp/deactivate/", staff_account(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(f"{DESK}2fa/codes/", staff_account(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(f"{DESK}2fa/codes/new/", staff_account(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(f"{DESK}2fa/codes/file/", staff_account(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("captcha/<slug:key>/", captcha_image, {"scale": 1}, name="captcha-image"),
]
