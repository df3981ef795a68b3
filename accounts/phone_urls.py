"""Addresses of the phone, of scans and of the console's notices."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import scan

urlpatterns: list[URLPattern | URLResolver] = []

for number, prefix in enumerate(("", "devtools/", "desk/")):
    names = ("scan_wait", "scan_status", "scan_refresh")
    wait, status, refresh = names if number == 0 else (f"{prefix[:-1]}_{name}" for name in names)
    urlpatterns += [
        path(f"{prefix}scan/<int:pk>/", scan.scan_wait, name=wait),
        path(f"{prefix}scan/<int:pk>/status/", scan.scan_status, name=status),
        path(f"{prefix}scan/<int:pk>/refresh/", scan.scan_refresh, name=refresh),
    ]
