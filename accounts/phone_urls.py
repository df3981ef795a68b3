"""Addresses of the phone, of scans and of the console's notices."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import notices, phone, phone_messages, phone_scan, scan


def _scan_pages(prefix: str, name: str) -> list[URLPattern]:
    """The pages of a waiting scan in one realm: the session that shows a QR is that realm's."""
    return [
        path(f"{prefix}scan/<int:pk>/", scan.scan_wait, name=f"{name}scan_wait"),
        path(f"{prefix}scan/<int:pk>/status/", scan.scan_status, name=f"{name}scan_status"),
        path(f"{prefix}scan/<int:pk>/refresh/", scan.scan_refresh, name=f"{name}scan_refresh"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    *_scan_pages("", ""),
    *_scan_pages("devtools/", "devtools_"),
    *_scan_pages("desk/", "desk_"),
    *_scan_pages("open/", "open_"),
    path("q/<str:code>", phone_scan.qr, name="qr"),
    path("phone/", phone.phone_home, name="phone_home"),
    path("phone/login/", phone.phone_login, name="phone_login"),
    path("phone/persona/", phone.phone_persona, name="phone_persona"),
    path("phone/signup/", phone.phone_signup, name="phone_signup"),
    path("phone/logout/", phone.phone_logout, name="phone_logout"),
    path("phone/scan/", phone_scan.phone_scan, name="phone_scan"),
    path("phone/scan/decode/", phone_scan.phone_decode, name="phone_decode"),
    path("phone/tickets/<int:pk>/", phone_scan.phone_ticket, name="phone_ticket"),
    path("phone/tickets/<int:pk>/confirm/", phone_scan.phone_confirm, name="phone_confirm"),
    path("phone/tickets/<int:pk>/refuse/", phone_scan.phone_refuse, name="phone_refuse"),
    path("phone/messages/", phone_messages.phone_messages, name="phone_messages"),
    path("phone/messages/read/", phone_messages.phone_messages_read, name="phone_messages_read"),
    path("phone/sms/", phone_messages.phone_sms, name="phone_sms"),
    path("phone/sms/read/", phone_messages.phone_sms_read, name="phone_sms_read"),
    path("phone/me/", phone.phone_me, name="phone_me"),
    path("phone/me/settings/", phone.phone_settings, name="phone_settings"),
    path("phone/me/card/", phone.phone_card, name="phone_card"),
    path("console/<str:appid>/notices/", notices.notice_list, name="notice_list"),
    path("console/<str:appid>/notices/read/", notices.notices_read, name="notices_read"),
]
