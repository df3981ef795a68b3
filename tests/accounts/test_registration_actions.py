"""Registration of a log-in account: the actions."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts.actions import people, registration
from accounts.lifecycle import AccountStatus
from accounts.models import ActivationLink, EmailHolder, EmailKind, User
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.secrets import plain_digest
from tests.accounts.wizard import PASSWORD, a_person

pytestmark = pytest.mark.django_db


def register(email="new@example.com", password=PASSWORD) -> User:
    return registration.register_account(email=email, password=password)


def hours(n: float) -> None:
    clock.move_forward(round(n * 3600))


def test_registering_opens_an_account_that_waits_for_its_activation():
    user = register("New@Example.com")
    assert (user.email, user.status) == ("new@example.com", AccountStatus.AWAITING_ACTIVATION)
    assert user.check_password(PASSWORD)
    assert EmailHolder.objects.get().kind == EmailKind.PUBLIC_PLATFORM
    event = AuditEvent.objects.get()
    assert (event.event, event.data) == ("accounts.account.created", {"language": "en"})


@pytest.mark.parametrize("kind", [k for k in EmailKind if k != EmailKind.STAFF])
def test_an_address_in_use_is_refused_with_the_place_where_it_is(kind):
    registration.claim_email("taken@example.com", kind)
    for attempt in (registration.check_email_is_free, register):
        with pytest.raises(Refused) as refusal:
            attempt("TAKEN@example.com")
        assert (refusal.value.code, refusal.value.field) == (f"email_{kind}", "email")
    assert not User.objects.exists()


def test_the_four_refusals_have_words_of_their_own():
    words = {str(registration.in_use(kind).message) for kind in EmailKind}
    assert len(words) == 4  # staff count as the public platform


def test_addresses_of_staff_and_people_are_in_use_too():
    people.create_staff(email="staff@example.com", password=PASSWORD, name="Rev")
    a_person("ada", email="Ada@example.com")
    codes = []
    for email in ("staff@example.com", "ada@example.com"):
        with pytest.raises(Refused) as refusal:
            register(email)
        codes.append(refusal.value.code)
    assert codes == ["email_public_platform", "email_personal"]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("sevench", "password_too_short"),
        ("eightchr", None),
        ("x7" * 64, None),
        ("x7" * 64 + "x", "password_too_long"),
        (" " * 8, None),
        ("🐎🔋📎🐎🔋📎🐎🔋", None),
        ("abcdefgh\0i", "password_nul"),
        ("password1", "password_too_common"),
        ("new@example.com", "password_too_similar"),
    ],
)
def test_passwords(password, code):
    if code is None:
        assert register(password=password).check_password(password)
        return
    with pytest.raises(Refused) as refusal:
        register(password=password)
    assert (refusal.value.code, refusal.value.field) == (code, "password")
    assert not EmailHolder.objects.exists()


def test_a_long_password_is_not_cut():
    user = register(password="x7" * 64)
    assert not user.check_password("x7" * 63)


def test_the_real_hasher_is_argon2(settings):
    from platform_site import settings as real

    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    assert register().password.startswith("argon2$argon2id$")


def test_the_link_is_stored_as_a_digest_only():
    user = register()
    token = registration.issue_activation(user)
    link = ActivationLink.objects.get()
    assert link.token_digest == plain_digest(token)
    assert token not in str(link.__dict__)
    assert len(token) >= 43  # 256 bits


def test_activation_proves_the_address():
    user = registration.activate(registration.issue_activation(register()))
    assert user.status == AccountStatus.ACTIVATED
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@example.com", True, True)]


def test_a_link_works_once():
    token = registration.issue_activation(register())
    registration.activate(token)
    with pytest.raises(Refused) as refusal:
        registration.activate(token)
    assert refusal.value.code == "activation_used"


@pytest.mark.parametrize(("after", "code"), [(47.99, None), (48, "activation_expired"), (72, "activation_expired")])
def test_a_link_is_valid_for_48_hours(after, code):
    token = registration.issue_activation(register())
    hours(after)
    if code is None:
        assert registration.activate(token).status == AccountStatus.ACTIVATED
        return
    with pytest.raises(Refused) as refusal:
        registration.activate(token)
    assert refusal.value.code == code
    assert User.objects.get().status == AccountStatus.AWAITING_ACTIVATION


def test_a_tampered_link_and_an_older_one_are_not_known():
    user = register()
    old = registration.issue_activation(user)
    new = registration.issue_activation(user)
    for token in (old, new[:-1] + ("A" if new[-1] != "A" else "B"), "", new + "=", "x" * 10_000):
        with pytest.raises(Refused) as refusal:
            registration.activate(token)
        assert refusal.value.code == "activation_unknown"
    assert registration.activate(new) == user


def test_a_link_activates_its_own_account_only():
    one, other = register("one@example.com"), register("other@example.com")
    registration.issue_activation(other)
    registration.activate(registration.issue_activation(one))
    other.refresh_from_db()
    assert other.status == AccountStatus.AWAITING_ACTIVATION


def test_an_address_that_was_never_activated_can_register_anew_after_its_link():
    first = register()
    registration.issue_activation(first)
    hours(47)
    with pytest.raises(Refused):
        registration.check_email_is_free("new@example.com")
    hours(1)
    registration.check_email_is_free("new@example.com")
    second = register(password="another horse battery")
    assert list(User.objects.values_list("pk", flat=True)) == [second.pk]
    assert EmailHolder.objects.count() == 1
    assert AuditEvent.objects.filter(event="accounts.account.lapsed", subject_id=str(first.pk)).count() == 1


def test_an_activated_account_never_lapses():
    registration.activate(registration.issue_activation(register()))
    hours(24 * 365)
    with pytest.raises(Refused) as refusal:
        register()
    assert refusal.value.code == "email_public_platform"


def test_without_any_link_an_address_lapses_48_hours_after_registration():
    register()
    hours(48)
    registration.check_email_is_free("new@example.com")


def test_filling_in_again_moves_the_account_and_kills_the_link():
    user = register("wrong@example.com")
    token = registration.issue_activation(user)
    registration.change_pending_email(user, email="Right@example.com")
    assert User.objects.get().email == user.email == "right@example.com"
    assert list(EmailHolder.objects.values_list("email", flat=True)) == ["right@example.com"]
    with pytest.raises(Refused):
        registration.activate(token)
    assert AuditEvent.objects.filter(event="accounts.account.activation_requested").count() == 1


def test_filling_in_an_address_in_use_changes_nothing():
    user = register()
    registration.claim_email("taken@example.com", EmailKind.CORPORATE)
    with pytest.raises(Refused) as refusal:
        registration.change_pending_email(user, email="taken@example.com")
    assert refusal.value.code == "email_corporate"
    assert User.objects.get().email == "new@example.com"


def test_an_activated_account_gets_no_more_activation_mails():
    user = registration.activate(registration.issue_activation(register()))
    for again in (
        registration.resend_activation,
        lambda u: registration.change_pending_email(u, email="b@example.com"),
    ):
        with pytest.raises(Refused) as refusal:
            again(user)
        assert refusal.value.code == "activated_already"


def test_time_left_is_the_worlds():
    token = registration.issue_activation(register())
    assert ActivationLink.objects.get().expires_at - clock.now() > timedelta(hours=47, minutes=59)
    assert registration.link_of(token).user.email == "new@example.com"
