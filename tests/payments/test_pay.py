"""WeChat Pay is for verified Mini Programs only."""

import pytest

from platform_site.simulation import stories
from tests.people import console


@pytest.mark.django_db
def test_an_unverified_program_is_told_what_unlocks_wechat_pay(ada):
    mini_program = stories.registered()
    client = console(None, mini_program)
    text = client.get(f"/console/{mini_program.appid}/pay/").content.decode()
    assert "Only verified Mini Programs can apply for WeChat Pay." in text
    assert "What unlocks it" in text
    assert client.post(f"/console/{mini_program.appid}/pay/").status_code == 405
