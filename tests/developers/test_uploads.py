"""A form that announces too much is refused before it is read."""

from django.test import Client
from django.urls import reverse

from platform_site.simulation import stories
from tests.developers.zips import good
from tests.people import devtools


class Untouched:
    """A body that fails when somebody reads it."""

    def read(self, *size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_a_body_of_a_terabyte_is_refused_unread(ada) -> None:
    project = stories.project(stories.registered(administrator=ada), ada)
    address = reverse("developers:project", args=[project.mini_program.appid, project.pk])
    client: Client = devtools(None, ada)
    answer = client.generic(
        "POST",
        address,
        good(),
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Untouched(), "CONTENT_LENGTH": str(10**12)},
    )
    assert answer.status_code in (400, 413)
    project.refresh_from_db()
    assert project.package is None


def test_a_multipart_form_without_boundary_is_refused(ada) -> None:
    project = stories.project(stories.registered(administrator=ada), ada)
    address = reverse("developers:project", args=[project.mini_program.appid, project.pk])
    answer = devtools(None, ada).generic("POST", address, good(), content_type="multipart/form-data")
    assert answer.status_code == 400
