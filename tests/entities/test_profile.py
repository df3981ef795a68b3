"""Completing the Mini Program information: once, with a name nobody else has, and categories it may have."""

import pytest
from django.core.files.storage import default_storage

from accounts.models import ServiceNotification
from accounts.permissions import Role
from entities import queries
from entities.actions.names import check_name
from entities.actions.profile import complete_profile
from entities.models import Profile, ServiceCategory
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.simulation import stories
from tests.entities.helpers import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def mini_program(ada):
    return stories.registered()


def complete(mini_program, **changed) -> Profile:
    given = {
        "name": "Harbour Tea",
        "avatar": picture(),
        "introduction": "Tea by the water.",
        "categories": ["tools.weather", "catering.recipes"],
        "by": stories.administrator_of(mini_program),
    }
    return complete_profile(mini_program, **given | changed)


def refusal_of(mini_program, **changed) -> tuple[str, str | None]:
    events = AuditEvent.objects.count()
    with pytest.raises(Refused) as refused:
        complete(mini_program, **changed)
    left = mini_program.categories.exists(), Profile.objects.filter(mini_program=mini_program).exists()
    assert (left, AuditEvent.objects.count()) == ((False, False), events)
    assert not default_storage.exists("avatars") or default_storage.listdir("avatars")[1] == []
    return refused.value.code, refused.value.field


def test_the_information_is_complete_with_its_four_parts(mini_program):
    assert not queries.is_complete(mini_program)
    assert queries.display_name(mini_program) == f"Mini Program {mini_program.appid}"
    profile = complete(mini_program)
    mini_program.refresh_from_db()
    assert queries.is_complete(mini_program)
    assert queries.display_name(mini_program) == "Harbour Tea"
    assert (profile.name_key, profile.introduction) == ("harbour tea", "Tea by the water.")
    assert [c.code for c in queries.categories_of(mini_program)] == ["tools.weather", "catering.recipes"]
    assert default_storage.exists(profile.avatar.name)
    event = AuditEvent.objects.get(event="entities.profile.completed")
    assert (event.appid, event.data["name"]) == (mini_program.appid, "Harbour Tea")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"name": "Tea"}, "53010", "name"),
        ({"name": "x" * 31}, "53010", "name"),
        ({"name": "Tea 🍵 house"}, "53010", "name"),
        ({"introduction": "abc"}, "introduction_too_short", "introduction"),
        ({"introduction": "x" * 121}, "introduction_too_long", "introduction"),
        ({"avatar": b"<svg/>"}, "avatar_type", "avatar"),
        ({"categories": []}, "category_count", "categories"),
        (
            {"categories": [f"tools.{c}" for c in ("weather", "office", "media", "prices", "lookup", "booking")]},
            "53301",
            "categories",
        ),
        ({"categories": ["tools.weather", "tools.weather"]}, "53304", "categories"),
        ({"categories": ["tools"]}, "category_unknown", "categories"),
        ({"categories": ["<script>"]}, "category_unknown", "categories"),
        ({"categories": ["transport.bus"]}, "53302", "categories"),
        ({"categories": ["finance.bank"]}, "53302", "categories"),
        ({"categories": ["tools.weather", "express.sending"]}, "category_papers", "papers_express__sending_1_1"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_leaves_nothing_behind(mini_program, changed, code, field):
    assert refusal_of(mini_program, **changed) == (code, field)


@pytest.mark.parametrize("twin", ["Harbour Tea", "harbour tea", " HARBOUR  TEA "])
def test_a_name_is_taken_in_every_spelling(mini_program, eve, twin):
    complete(mini_program)
    other = stories.registered(administrator="eve")
    with pytest.raises(Refused) as refused:
        complete(other, name=twin)
    assert (refused.value.code, refused.value.field) == ("53013", "name")
    assert check_name(twin, mini_program=mini_program) == " ".join(twin.split())


def test_the_database_has_the_last_word_on_a_name(mini_program, eve, monkeypatch):
    complete(mini_program)
    other = stories.registered(administrator="eve")
    monkeypatch.setattr(queries, "name_is_taken", lambda *a, **k: False)  # as if both had asked at one moment
    with pytest.raises(Refused) as refused:
        complete(other)
    assert refused.value.code == "53013"


def test_it_is_filled_in_once(mini_program):
    complete(mini_program)
    with pytest.raises(Refused) as refused:
        complete(mini_program, name="Another name")
    assert refused.value.code == "profile_exists"
    assert Profile.objects.get().name == "Harbour Tea"
    assert ServiceCategory.objects.count() == 2


@pytest.mark.parametrize("who", ["developer", "stranger"])
def test_only_the_administrator_may(mini_program, dev, eve, who):
    by = stories.bound(mini_program, dev, Role.DEVELOPER) if who == "developer" else eve
    with pytest.raises(NotAllowed):
        complete(mini_program, by=by)
    assert not Profile.objects.exists()


def test_the_administrator_is_told(mini_program, ada, deliver):
    complete(mini_program)
    deliver()
    told = ServiceNotification.objects.filter(person=ada, event="entities.profile.completed")
    assert [n.facts["mini_program"] for n in told] == ["Harbour Tea"]


def test_names_of_several_programs_take_one_query(mini_program, django_assert_num_queries):
    complete(mini_program)
    second = stories.registered()
    with django_assert_num_queries(1):
        names = queries.names_of([mini_program, second])
    assert names == {mini_program.pk: "Harbour Tea", second.pk: f"Mini Program {second.appid}"}
