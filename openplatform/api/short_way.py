"""The short way of the server API: its calls have no cookie, no session, no form and no page.

They are answered before the middleware of pages is reached; the list of middleware in the settings says what comes
before it. Addresses that are no call go on to the URL table, which answers them as documented.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from openplatform.api import endpoints  # noqa: F401 -- it declares the calls
from openplatform.api.declaration import ENDPOINTS
from openplatform.api.dispatch import answer


class ShortWayMiddleware:
    """Answers the declared calls, in the language of the settings: what they leave behind is read by others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        endpoint = ENDPOINTS.get(request.path_info)
        if endpoint is None:
            return self.get_response(request)
        request.get_host()  # a host that is not ours is refused here as on every page
        with translation.override(settings.LANGUAGE_CODE):
            return answer(endpoint, request)
