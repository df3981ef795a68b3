"""Papers are handed in: each file once for an account, drawn anew and kept before it is known."""

import unicodedata
from pathlib import PurePath

from django.db import transaction

from accounts.models import User
from entities.models import Paper
from entities.papers import clean_scan, keep, size_of
from entities.wording import INVISIBLE
from platform_site.kernel.clock import now


def upload_paper(user: User, *, data: bytes, name: str) -> Paper:
    """Keep a scan as this account's paper; the one that is there when it has handed in the same picture before.

    `name` is what the person's file was called. Refused (field "papers") unless it is a picture; that is found out
    before the transaction is opened, because decoding takes its time.
    """
    jpeg = clean_scan(data)
    sha256 = keep(jpeg)
    width, height = size_of(jpeg)
    with transaction.atomic():
        owner = User.objects.select_for_update().get(pk=user.pk)
        if (known := Paper.objects.filter(user=owner, sha256=sha256).first()) is not None:
            return known
        return Paper.objects.create(
            user=owner,
            sha256=sha256,
            name=_plain(name),
            width=width,
            height=height,
            bytes=len(jpeg),
            uploaded_at=now(),
        )


def _plain(name: str) -> str:
    """The name of a file, without folders and what can't be seen."""
    seen = "".join(c for c in PurePath(name.replace("\\", "/")).name if unicodedata.category(c) not in INVISIBLE)
    return seen.strip()[: Paper._meta.get_field("name").max_length]
