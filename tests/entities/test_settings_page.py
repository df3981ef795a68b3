"""Basic settings and the pages that say honestly what is not open."""

import pytest

from platform_site.simulation import stories
from tests.people import console

pytestmark = pytest.mark.django_db


def test_basic_settings_show_what_is_known_with_personal_data_masked(ada):
    mini_program = stories.completed()
    text = console(None, mini_program).get(f"/console/{mini_program.appid}/settings/").content.decode()
    masked = ada.id_number[0] + "*" * 16 + ada.id_number[-1]
    for words in (
        "Harbour Tea",
        "**达",
        masked,
        mini_program.original_id,
        mini_program.user.email,
    ):
        assert words in text
    assert f'href="/console/{mini_program.appid}/settings/verification/"' in text
    assert f'href="/console/{mini_program.appid}/settings/development/"' in text
    for secret in (ada.real_name, ada.id_number, ada.phone):
        assert secret not in text


def test_before_the_information_is_filled_in_the_way_there_is_shown(ada):
    mini_program = stories.registered()
    text = console(None, mini_program).get(f"/console/{mini_program.appid}/settings/").content.decode()
    assert f'href="/console/{mini_program.appid}/profile/"' in text


def test_individuals_do_not_support_wechat_verification(ada):
    mini_program = stories.registered()
    text = console(None, mini_program).get(f"/console/{mini_program.appid}/settings/verification/").content.decode()
    assert "Individual type accounts do not support WeChat Verification for the time being." in text


@pytest.mark.parametrize("path", ["settings/", "profile/"])
def test_pages_take_as_many_queries_for_three_categories_as_for_one(ada, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for categories in (["tools.weather"], ["tools.office", "tools.media", "tools.lookup"]):
        mini_program = stories.completed(categories=categories)
        client = console(None, mini_program)
        client.get(f"/console/{mini_program.appid}/{path}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/console/{mini_program.appid}/{path}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_open_platform_says_that_it_opens_later(client):
    text = client.get("/open/").content.decode()
    assert "comes with a later release" in text
    assert "<form" not in text.split("<main")[1].split("</main>")[0]
