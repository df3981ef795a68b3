"""The pictures of a program: served by content, never as anything that could run."""

from django.http import Http404, HttpResponse

from developers.models import CodePackage
from developers.packages.look import picture_format
from developers.packages.reading import read_file

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def image_response(package: CodePackage, path: str) -> HttpResponse:
    """The picture at this path; Http404 for everything that is no PNG, JPEG, GIF or WebP by its content."""
    content = read_file(package, path)
    kind = _TYPES.get(picture_format(content)) if content else None
    if content is None or kind is None:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, max-age=60"
    return response
