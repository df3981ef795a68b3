"""All addresses of the platform (design/routes.md). Each app lists its own full paths."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("accounts.borrowed_urls")),
    path("", include("entities.urls")),
    path("", include("verification.urls")),
    path("", include("developers.urls")),
    path("", include("releases.urls")),
    path("", include("payments.urls")),
    path("", include("openplatform.urls")),
    path("", include("platform_site.simulation.urls")),
]
