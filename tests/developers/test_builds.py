"""Previews and builds: who may, what they replace, what is refused."""

from datetime import timedelta

import pytest

from accounts.models import QrLink
from developers.actions.builds import delete_build, make_preview, upload_build
from developers.actions.members import unbind_member
from developers.actions.packages import receive_package
from developers.actions.projects import create_project
from developers.lifecycle import BuildStatus
from developers.models import Build, Preview
from developers.queries import client_version, preview_open_to
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.concurrency import together
from tests.developers.zips import good, with_files


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


@pytest.fixture
def package(db):
    return receive_package(good())


def upload(tea, package, **asked):
    return upload_build(
        tea, package=package, **{"version": "1.0.0", "notes": "", "by": stories.administrator_of(tea), **asked}
    )


def test_the_administrator_uploads(tea, ada, package, deliver) -> None:
    build = upload(tea, package, notes="Home page")
    assert (build.uploader, build.version, build.status) == (ada, "1.0.0", BuildStatus.READY)
    event = AuditEvent.objects.get(event="developers.build.uploaded")
    assert (event.appid, event.data) == (tea.appid, {"version": "1.0.0", "package": package.sha256})
    deliver()
    assert tea.notices.get(event="developers.build.uploaded").path == f"/console/{tea.appid}/versions/"


def test_uploading_again_replaces_the_same_persons_version(tea, package) -> None:
    first, second = upload(tea, package), upload(tea, package, version="1.0.1")
    first.refresh_from_db()
    assert (first.status, second.status) == (BuildStatus.REPLACED, BuildStatus.READY)
    assert list(tea.builds.ready()) == [second]


def test_the_same_number_may_be_uploaded_again(tea, package) -> None:
    upload(tea, package)
    upload(tea, package)
    assert Build.objects.filter(version="1.0.0").count() == 2


def test_developers_and_strangers_can_not_upload(tea, dev, eve, package) -> None:
    developer = stories.bound(tea, dev)
    for actor in (developer, dev, eve):
        with pytest.raises(NotAllowed) as refused:
            upload(tea, package, by=actor)
        assert refused.value.code == "upload_not_administrator"
        assert refused.value.message.startswith("Only administrators can perform uploads")
    assert Build.objects.count() == 0


@pytest.mark.parametrize("version", ["", "a" * 33, "1.0 0", "1.0-rc", "版本1", "1.0.0\n", "🙂", ".1", "1_0", "１.0"])
def test_a_bad_version_number_is_refused(tea, package, version) -> None:
    with pytest.raises(Refused) as refused:
        upload(tea, package, version=version)
    assert (refused.value.code, refused.value.field) == ("version_number", "version")
    assert Build.objects.count() == 0


@pytest.mark.parametrize("version", ["1", "1.0.0", "v1.0.0", "01.0.0", "a" * 32, "1..0"])
def test_version_numbers_are_free_text_of_letters_digits_and_dots(tea, package, version) -> None:
    assert upload(tea, package, version=version).version == version


@pytest.mark.parametrize("notes", ["x" * 201, "a\0b", "\x1b[31m"])
def test_bad_notes_are_refused(tea, package, notes) -> None:
    with pytest.raises(Refused) as refused:
        upload(tea, package, notes=notes)
    assert (refused.value.code, refused.value.field) == ("version_notes", "notes")


def test_deleting_a_version(tea, dev, package) -> None:
    build = upload(tea, package)
    with pytest.raises(NotAllowed):
        delete_build(build, by=stories.bound(tea, dev))
    delete_build(build, by=stories.administrator_of(tea))
    assert build.status == BuildStatus.DELETED
    with pytest.raises(IllegalMove):
        delete_build(build, by=stories.administrator_of(tea))


@pytest.mark.django_db(transaction=True)
def test_eight_uploads_at_once_leave_one_version() -> None:
    tea = stories.registered(administrator="ada")
    package = receive_package(good())
    by = stories.administrator_of(tea)
    outcomes = together(8, lambda n: upload_build(tea, package=package, version=f"1.{n}", notes="", by=by))
    assert [o for o in outcomes if isinstance(o, Exception)] == []
    assert tea.builds.ready().count() == 1
    assert Build.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_the_same_package_sent_eight_times_at_once_is_stored_once() -> None:
    archive = with_files({"utils/x.js": "// once"})
    outcomes = together(8, lambda n: receive_package(archive))
    assert {getattr(outcome, "pk", outcome) for outcome in outcomes} == {outcomes[0].pk}


# --- previews


@pytest.fixture
def preview(tea, dev, package) -> Preview:
    member = stories.bound(tea, dev)
    project = create_project(dev, mini_program=tea, name="tea")
    return make_preview(project, package=package, by=member)


def refusal(person, preview) -> str:
    with pytest.raises(Refused) as refused:
        preview_open_to(person, preview.pk)
    return refused.value.code


def test_the_person_who_made_it_may_open_it(preview, dev) -> None:
    assert preview_open_to(dev, preview.pk) == preview
    assert preview.link.path == f"/phone/preview/{preview.pk}/"
    assert preview.link.expires_at == preview.expires_at
    assert preview.expires_at - preview.created_at == timedelta(minutes=25)


def test_another_developer_and_the_administrator_may_not(preview, tea, ada, eve) -> None:
    stories.bound(tea, eve)
    assert refusal(eve, preview) == "preview_of_another"
    assert refusal(ada, preview) == "preview_of_another"


@pytest.mark.parametrize("version", ["6.3.26", "6.3", "5.9.99", "", "new", "-1", "6.3.x"])
def test_an_old_client_may_not(preview, dev, version) -> None:
    dev.client_version = version
    assert refusal(dev, preview) == "preview_client_old"


@pytest.mark.parametrize("version", ["6.3.27", "6.3.28", "6.3.27.1", "6.10", "6.10.1", "8.0.50", "10.0"])
def test_6_3_27_and_later_may(preview, dev, version) -> None:
    dev.client_version = version
    assert preview_open_to(dev, preview.pk) == preview


def test_versions_are_compared_as_numbers() -> None:
    assert client_version("6.10") > client_version("6.3.27") > client_version("6.3.9") > client_version("nonsense")


def test_it_expires(preview, dev) -> None:
    clock.move_forward(25 * 60 - 5)
    assert preview_open_to(dev, preview.pk) == preview
    clock.move_forward(6)
    assert refusal(dev, preview) == "preview_expired"


def test_unbinding_ends_it(preview, dev, tea) -> None:
    unbind_member(tea.members.get(person=dev), by=stories.administrator_of(tea))
    assert refusal(dev, preview) == "preview_unbound"


def test_an_unbound_person_makes_no_preview(preview, dev, tea, package) -> None:
    unbind_member(tea.members.get(person=dev), by=stories.administrator_of(tea))
    with pytest.raises(NotAllowed):
        make_preview(preview.project, package=package, by=dev)
    assert Preview.objects.count() == QrLink.objects.count() == 1
