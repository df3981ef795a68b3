"""Binding Mini Programs: who may, how many, to one account at most; by page and by the Mini Program's own server."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actions.messages import mark_notices_read
from accounts.models import ConsoleNotice
from openplatform.actions.accounts import create_account_for
from openplatform.actions.bindings import bind, bind_by_api, unbind, unbind_by_api
from openplatform.lifecycle import VERIFY
from openplatform.models import OpenAccount, OpenBinding
from openplatform.queries import binding_of, rooms_of
from platform_site.kernel.clock import now
from platform_site.kernel.delivery import deliver_overdue
from platform_site.kernel.lifecycle import SYSTEM, NotAllowed, Refused, advance
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories

pytestmark = pytest.mark.django_db


def boss(mini_program):
    return stories.administrator_of(mini_program)


@pytest.fixture
def tea():
    return stories.registered(administrator="ada")


@pytest.fixture
def made(tea) -> OpenAccount:
    """Made by the server of ada's Mini Program, which is bound to it."""
    return create_account_for(tea, by=SYSTEM)


def refused(act) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act()
    return caught.value.code


def test_a_server_makes_an_account_of_its_own_entity_and_is_bound_to_it(tea, made):
    assert (made.entity_digest, made.entity_name) == (tea.entity.number_digest, tea.entity.name)
    assert len(made.open_appid) == 18
    assert binding_of(tea).account == made
    events = AuditEvent.objects.filter(event__startswith="openplatform.").order_by("pk")
    assert [(event.event, event.appid) for event in events] == [
        ("openplatform.openaccount.created", ""),
        ("openplatform.binding.bound", tea.appid),
    ]


def test_a_bound_mini_program_makes_no_other_account(tea, made):
    assert refused(lambda: create_account_for(tea, by=SYSTEM)) == "89000"
    assert OpenAccount.objects.count() == 1


def test_before_the_entity_is_proven_nothing_is_made_or_bound(made):
    company = stories.organisation(administrator="mei")

    assert refused(lambda: create_account_for(company, by=SYSTEM)) == "entity_unproven"
    assert refused(lambda: bind(made, company, by=SYSTEM)) == "entity_unproven"
    assert OpenBinding.objects.filter(mini_program=company).count() == 0


def test_an_account_made_by_api_takes_the_same_entity_only(made):
    bikes = stories.registered(administrator="eve")

    assert refused(lambda: bind_by_api(bikes, open_appid=made.open_appid, by=SYSTEM)) == "89001"
    assert refused(lambda: bind(made, bikes, by=SYSTEM)) == "89001"


def test_an_account_made_by_api_takes_five_of_its_entity(made, tea):
    others = [stories.registered(administrator="ada") for _n in range(RULES.account.mini_programs_per_id - 1)]
    for other in others:
        bind_by_api(other, open_appid=made.open_appid, by=SYSTEM)
    same, _others = rooms_of(made)

    assert (same.limit, same.used, same.left) == (5, 5, 0)
    unbind_by_api(tea, open_appid=made.open_appid, by=SYSTEM)
    assert rooms_of(made)[0].left == 1


def test_who_is_bound_is_bound_nowhere_else(tea, made):
    second = stories.registered(administrator="ada")
    another = create_account_for(second, by=SYSTEM)

    assert refused(lambda: bind_by_api(tea, open_appid=another.open_appid, by=SYSTEM)) == "89000"
    assert binding_of(tea).account == made


def test_the_database_holds_one_binding_for_a_mini_program(tea, made):
    with pytest.raises(IntegrityError), transaction.atomic():
        OpenBinding.objects.create(account=made, mini_program=tea, bound_at=now())


def test_unknown_accounts_have_the_code_of_an_invalid_appid(tea):
    assert refused(lambda: bind_by_api(tea, open_appid="wx0000000000000000", by=SYSTEM)) == "40013"
    assert refused(lambda: unbind_by_api(tea, open_appid="wx0000000000000000", by=SYSTEM)) == "40013"


def test_what_is_not_bound_is_not_unbound(tea, made):
    second = stories.registered(administrator="ada")
    bikes = stories.registered(administrator="eve")

    assert refused(lambda: unbind_by_api(second, open_appid=made.open_appid, by=SYSTEM)) == "89002"
    assert refused(lambda: unbind_by_api(bikes, open_appid=made.open_appid, by=SYSTEM)) == "89001"
    assert refused(lambda: unbind(made, second, by=SYSTEM)) == "89002"


def test_unbound_it_may_be_bound_again(tea, made):
    unbind_by_api(tea, open_appid=made.open_appid, by=SYSTEM)
    assert binding_of(tea) is None
    bind_by_api(tea, open_appid=made.open_appid, by=SYSTEM)
    assert binding_of(tea).account == made


def test_only_who_administers_a_mini_program_binds_it(tea, made):
    developer, eve = stories.bound(tea, "dev"), stories.person("eve")
    second = stories.registered(administrator="ada")

    for stranger in (developer, eve, stories.staff()):
        with pytest.raises(NotAllowed):
            unbind(made, tea, by=stranger)
        with pytest.raises(NotAllowed):
            bind(made, second, by=stranger)
    assert bind(made, second, by=boss(second)).bound_by == stories.person("ada")


def test_the_administrator_hears_of_it(tea, made):
    deliver_overdue(older_than=timedelta(0))
    mark_notices_read(tea, up_to=2**31)
    unbind(made, tea, by=boss(tea))
    deliver_overdue(older_than=timedelta(0))

    told = ConsoleNotice.objects.filter(mini_program=tea, event__startswith="openplatform.").order_by("pk")
    assert [notice.event for notice in told] == ["openplatform.binding.bound", "openplatform.binding.unbound"]
    assert told[0].facts["account"] == made.open_appid


def account_of_somebody(entity_digest: str = "x" * 64) -> OpenAccount:
    """An account that somebody logs in to at /open/, without qualification."""
    user = stories.activated(email="open@harbour.test")
    return OpenAccount.objects.create(
        open_appid="wx0123456789abcdef", user=user, entity_digest=entity_digest, created_at=now()
    )


def qualified(account: OpenAccount, *, days: int = 365) -> OpenAccount:
    with transaction.atomic():
        advance(account, VERIFY, by=SYSTEM, verified_until=now() + timedelta(days=days))
    return account


def test_an_account_without_qualification_binds_nothing(tea):
    account = account_of_somebody(tea.entity.number_digest)

    assert refused(lambda: bind(account, tea, by=boss(tea))) == "qualification_needed"
    assert refused(lambda: bind_by_api(tea, open_appid=account.open_appid, by=SYSTEM)) == "89036"
    qualified(account)
    assert bind(account, tea, by=boss(tea)).account == account


def test_a_qualification_that_has_ended_counts_no_more_though_no_sweep_came_by(tea):
    account = qualified(account_of_somebody(), days=-1)

    assert not account.is_verified
    assert refused(lambda: bind(account, tea, by=boss(tea))) == "qualification_expired"


def test_a_qualified_account_takes_five_of_other_entities_and_then_still_its_own(tea):
    account = qualified(account_of_somebody(tea.entity.number_digest))
    strangers = [stories.registered(administrator="eve") for _n in range(RULES.open_platform.other_entities)]
    for stranger in strangers:
        bind(account, stranger, by=boss(stranger))
    one_more = stories.registered(administrator="dev")

    assert refused(lambda: bind(account, one_more, by=boss(one_more))) == "89004"
    bind(account, tea, by=boss(tea))
    same, others = rooms_of(account)
    assert (same.used, same.limit, others.used, others.limit) == (1, 50, 5, 5)


def test_by_api_one_binds_to_a_qualified_account_of_the_same_entity_and_unbinds_on_its_pages_only(tea):
    account = qualified(account_of_somebody(tea.entity.number_digest))
    bikes = stories.registered(administrator="eve")
    bind_by_api(tea, open_appid=account.open_appid, by=SYSTEM)

    assert refused(lambda: bind_by_api(bikes, open_appid=account.open_appid, by=SYSTEM)) == "89001"
    assert refused(lambda: unbind_by_api(tea, open_appid=account.open_appid, by=SYSTEM)) == "89003"
    assert binding_of(tea).account == account
