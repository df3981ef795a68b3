"""All addresses of the platform (design/routes.md). Each app lists its own full paths."""

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from platform_site import health
from platform_site.home import views as home
from platform_site.home import work
from platform_site.home.works import WorkConverter

register_converter(WorkConverter, "work")

home_urls: list[URLPattern | URLResolver] = [
    path("", home.index, name="index"),
    path("console/<str:appid>/", home.console, name="console"),
    path("desk/", home.desk, name="desk"),
    path("desk/claims/<work:work>/next/", work.work_next, name="work_next"),
    path("desk/claims/<work:work>/<int:pk>/claim/", work.work_claim, name="work_claim"),
    path("desk/claims/<work:work>/<int:pk>/release/", work.work_release, name="work_release"),
    path("desk/claims/<work:work>/<int:pk>/take-over/", work.work_take_over, name="work_take_over"),
    path("desk/claims/<work:work>/<int:pk>/looking/", work.work_looking, name="work_looking"),
    path("docs/", home.docs, name="docs"),
    path("docs/api/openapi.json", home.docs_openapi, name="docs_openapi"),
    path("docs/<slug:slug>/", home.docs_page, name="docs_page"),
    # offered in all realms, each with a CSRF secret of its own; it sets a cookie of taste and nothing else
    path("language/", csrf_exempt(set_language), name="language"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include((home_urls, "home"))),
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

handler400 = "platform_site.home.errors.bad_request"
handler403 = "platform_site.home.errors.forbidden"
handler404 = "platform_site.home.errors.not_found"
handler500 = "platform_site.home.errors.server_error"
