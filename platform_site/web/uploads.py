"""What may be sent to us at all: a body that announces more is refused before one byte of it is read."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict


class BoundedUploads(FileUploadHandler):
    """Refuses a form whose Content-Length exceeds settings.UPLOAD_MAX_BYTES; leaves the files to the next handler.

    Nothing can be sent beyond the length announced: the server stops reading there.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],  # noqa: N803 -- Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, Any]] | None:
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig(
                f"{content_length} bytes were announced; at most {settings.UPLOAD_MAX_BYTES} are read"
            )
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
