"""A scan ticket in words: the phone reads it in its own language, whatever the screen speaks."""

import pytest
from django.utils import translation

from accounts.models import ScanTicket
from accounts.permissions import Role
from accounts.ticket_words import facts_of


@pytest.mark.parametrize(("language", "said"), [("en", "Developer"), ("zh-hans", "开发者")])
def test_a_role_reads_in_the_language_of_the_phone(language, said):
    ticket = ScanTicket(facts={"role": Role.DEVELOPER.value})
    with translation.override(language):
        assert [value for _label, value in facts_of(ticket)] == [said]


def test_other_facts_read_as_they_were_written():
    ticket = ScanTicket(facts={"person": "developer", "role": "Captain"})
    assert sorted(value for _label, value in facts_of(ticket)) == ["Captain", "developer"]
