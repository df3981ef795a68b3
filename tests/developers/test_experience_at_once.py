"""Choosing the experience version while others choose, upload and delete: there is one, and its code is there."""

import pytest

from developers.actions.builds import delete_build, upload_build
from developers.actions.experience import set_experience
from developers.lifecycle import BuildStatus
from developers.models import Build, ExperienceVersion
from platform_site.simulation import stories
from tests.concurrency import refusals, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def build():
    return stories.uploaded(administrator="ada")


@pytest.fixture
def boss(build):
    return stories.administrator_of(build.mini_program)


def test_two_tabs_choose_two_versions_and_one_stays(build, boss) -> None:
    others = [
        upload_build(build.mini_program, package=build.package, version=f"2.{n}", by=boss, robot=n) for n in (1, 2, 3)
    ]

    outcomes = together(4, lambda i: set_experience([build, *others][i], by=boss))

    assert refusals(outcomes) == []
    assert ExperienceVersion.objects.get().build in [build, *others]


@pytest.mark.parametrize("turn", range(3))
def test_choosing_while_the_build_is_replaced_or_deleted(build, boss, turn) -> None:
    mini_program = build.mini_program
    acts = [
        lambda: set_experience(build, by=boss),
        lambda: upload_build(mini_program, package=build.package, version="1.1.0", by=boss),
        lambda: delete_build(Build.objects.get(pk=build.pk), by=boss),
    ]

    together(3, lambda i: acts[(i + turn) % 3]())

    chosen = ExperienceVersion.objects.select_related("build").first()
    assert chosen is None or chosen.build.status == BuildStatus.READY
