"""Queries that are compiled once: the same rows as the queryset, for every value, in every thread."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from entities.models import ChangeKind, ProfileChange
from openplatform.actions.tokens import issue_token
from openplatform.models import AccessToken
from platform_site.kernel.clock import now
from platform_site.kernel.prepared import Prepared
from platform_site.kernel.secrets import plain_digest
from platform_site.simulation import stories
from tests.concurrency import together

pytestmark = pytest.mark.django_db


def token_query():
    rows = AccessToken.objects.select_related("mini_program__profile")
    return Prepared(lambda digest: rows.filter(digest=digest), str)


def changes_query():
    return Prepared(
        lambda mini_program, since, kind: (
            ProfileChange.objects.filter(Q(changed_at__gte=since) | Q(kind=kind), mini_program_id=mini_program)
            .order_by("pk")
            .values_list("kind", "changed_at")
        ),
        int,
        type(now()),
        str,
    )


def test_rows_are_objects_with_what_they_are_joined_with():
    tea = stories.completed()
    text = issue_token(tea).text
    prepared = token_query()

    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            token = prepared.first(plain_digest(text))
            assert token.mini_program.profile.name == tea.profile.name
        assert len(queries) == 1
    assert token == AccessToken.objects.get()
    assert token.expires_at == AccessToken.objects.get().expires_at
    assert prepared.first(plain_digest("another")) is None


def test_its_sql_is_made_once():
    made = []

    def make(digest):
        made.append(digest)
        return AccessToken.objects.filter(digest=digest)

    prepared = Prepared(make, str)
    for text in ("a", "b", "c"):
        assert prepared.rows(text) == []
    assert len(made) == 1


def test_numbers_times_and_texts_find_the_rows_that_the_queryset_finds():
    tea, other = stories.completed(), stories.completed()
    moment = now()
    for hours, kind in ((1, ChangeKind.NAME), (2, ChangeKind.AVATAR), (3, ChangeKind.NAME), (50, ChangeKind.NAME)):
        for mini_program in (tea, other):
            ProfileChange.objects.create(
                mini_program=mini_program, kind=kind, changed_at=moment - timedelta(hours=hours)
            )
    prepared = changes_query()

    for program in (tea, other):
        for hours in (0, 2, 60):
            for kind in ChangeKind.values:
                given = (program.pk, moment - timedelta(hours=hours), kind)
                assert prepared.rows(*given) == list(prepared.make(*given))
    assert len(prepared.rows(tea.pk, moment - timedelta(hours=2), ChangeKind.NAME)) == 4


def test_a_value_without_a_place_and_a_wrong_number_of_values_are_refused():
    with pytest.raises(ValueError, match="no place"):
        Prepared(lambda digest: AccessToken.objects.all(), str).rows("x")
    with pytest.raises(TypeError, match="wanted"):
        token_query().rows("x", "y")


@pytest.mark.django_db(transaction=True)
def test_each_thread_reads_over_its_own_connection():
    digests = [plain_digest(issue_token(stories.completed()).text) for _n in range(3)]
    prepared = token_query()
    found = together(3, lambda i: [prepared.first(digests[i]).digest for _n in range(5)])

    assert found == [[digest] * 5 for digest in digests]
