"""The Open Platform, as far as it exists: what it will be for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The Open Platform opens later; what it does for Mini Programs."""
    return render(request, "openplatform/home.html")
