"""One address that tells how Django sees the request."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts.scanning import address_of
from platform_site.web.relayed import HEADER


@csrf_exempt
def seen(request: HttpRequest) -> JsonResponse:
    """Host, scheme, the peer's address, whether the seal is still there, and how long the body is."""
    return JsonResponse(
        {
            "host": request.get_host(),
            "scheme": request.scheme,
            "peer": [request.META["REMOTE_ADDR"], address_of(request)],
            "sealed": HEADER in request.headers,
            "length": len(request.body),
        }
    )


urlpatterns = [path("seen", seen)]
handler400 = "platform_site.home.errors.bad_request"
