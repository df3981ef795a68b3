"""The code upload key: who makes it, what is kept of it, what it signs, from where it may be used."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core import serializers

from accounts.permissions import Role
from developers.actions.builds import delete_build, upload_build
from developers.actions.nonces import issue_nonce, purge_nonces, use_nonce
from developers.actions.packages import receive_package
from developers.actions.upload_addresses import check_address, set_addresses
from developers.actions.upload_keys import check_signature, generate_upload_key, holder_of, key_of
from developers.lifecycle import BuildStatus
from developers.models import Build, UploadKey, UploadNonce
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.models import AuditEvent
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from tests.concurrency import successes, together
from tests.developers.signing import signed, signed_text
from tests.developers.zips import good


@pytest.fixture
def tea(ada):
    return stories.registered(administrator=ada)


@pytest.fixture
def pem(tea):
    return generate_upload_key(tea, by=stories.administrator_of(tea))


def restrict(tea, *networks, on=True):
    return set_addresses(tea, networks=networks, on=on, by=stories.administrator_of(tea))


def refused(act, *args, **asked):
    with pytest.raises(Refused) as caught:
        act(*args, **asked)
    return caught.value


# --- the key


def test_it_is_a_pkcs1_key_with_unix_lines_of_which_only_the_public_half_is_kept(tea, pem) -> None:
    assert pem.startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert pem.endswith("-----END RSA PRIVATE KEY-----\n")
    assert "\r" not in pem
    assert load_pem_private_key(pem.encode(), None).key_size == RULES.upload.key_bits
    kept = serializers.serialize("json", [*UploadKey.objects.all(), *AuditEvent.objects.all()])
    assert "PRIVATE" not in kept
    assert all(line not in kept for line in pem.splitlines()[1:-1])
    assert key_of(tea).public_key.startswith("-----BEGIN PUBLIC KEY-----")


def test_a_reset_kills_the_old_key_and_keeps_the_addresses(tea, pem) -> None:
    restrict(tea, "203.0.113.7")
    first = key_of(tea).fingerprint
    check_signature(tea, signed(pem, tea))
    new = generate_upload_key(tea, by=stories.administrator_of(tea))
    assert refused(check_signature, tea, signed(pem, tea)).code == "-80002"
    check_signature(tea, signed(new, tea))
    assert key_of(tea).checks_address
    events = AuditEvent.objects.filter(event__startswith="developers.key").order_by("pk")
    assert [event.event.rsplit(".")[-1] for event in events] == ["generated", "addresses_changed", "reset"]
    assert events[0].data == {"fingerprint": first}


def test_only_the_administrator_makes_one(tea, dev, eve) -> None:
    developer = stories.bound(tea, dev)
    for actor in (developer, dev, eve, stories.bound(tea, "max", Role.EXPERIENCER)):
        with pytest.raises(NotAllowed):
            generate_upload_key(tea, by=actor)
        with pytest.raises(NotAllowed):
            set_addresses(tea, networks=["203.0.113.7"], on=True, by=actor)
    assert not UploadKey.objects.exists()


def test_a_mini_program_without_a_key_says_how_to_get_one(tea) -> None:
    refusal = refused(key_of, tea)
    assert refusal.code == "-80011"
    assert tea.appid in refusal.message
    assert refused(restrict, tea, "203.0.113.7").code == "-80011"


def test_the_key_is_worth_nothing_once_who_made_it_is_no_longer_the_administrator(tea, pem, ada, dev) -> None:
    tea.members.filter(person=ada).update(role=Role.DEVELOPER)
    tea.members.create(person=dev, role=Role.ADMINISTRATOR, bound_at=clock.now())
    for refusal in (refused(check_signature, tea, signed(pem, tea)), refused(holder_of, key_of(tea))):
        assert refusal.code == "-80011"
        assert refusal.message.startswith(f"{ada.nickname}, who generated this code upload key, is no longer")


# --- signatures and nonces


def test_a_signature_holds_once(tea, pem) -> None:
    signature = signed(pem, tea)
    check_signature(tea, signature)
    assert key_of(tea).used_at is not None
    assert "used up" in refused(check_signature, tea, signature).message


def test_a_nonce_lives_five_minutes(tea, pem) -> None:
    signature = signed(pem, tea)
    clock.move_forward(RULES.upload.nonce_minutes * 60 + 1)
    assert "has expired" in refused(check_signature, tea, signature).message
    issue_nonce(tea)
    assert purge_nonces() == 1
    assert UploadNonce.objects.count() == 1


def test_a_nonce_is_of_one_mini_program(tea, pem, eve) -> None:
    bikes = stories.registered(administrator=eve)
    other = generate_upload_key(bikes, by=stories.administrator_of(bikes))
    assert refused(check_signature, bikes, signed(other, bikes, nonce=issue_nonce(tea))).code == "-80002"
    assert "another AppID" in refused(check_signature, bikes, signed(other, tea)).message
    assert refused(check_signature, bikes, signed(pem, bikes)).message.startswith("The signature was not made by")


@pytest.mark.parametrize(
    "signature",
    ["", "AA==", "not base64!", "é", "\0", "A" * 100_000, base64.b64encode(bytes(256)).decode(), "\ud800"],
)
def test_what_is_no_signature_is_refused_in_words(tea, pem, signature) -> None:
    assert refused(check_signature, tea, signature).code == "-80002"


@pytest.mark.parametrize("said", ["", "[]", "null", "{", '"x"', "[" * 200, '{"appid": 1}', "\x00"])
def test_what_is_signed_but_says_nothing_is_refused(tea, pem, said) -> None:
    assert refused(check_signature, tea, signed_text(pem, said.encode())).code == "-80002"


@pytest.mark.parametrize("rand_str", [None, 1, [], "", "unknown", "\ud800"])
def test_a_random_text_that_was_never_given_out_is_refused(tea, pem, rand_str) -> None:
    said = json.dumps({"appid": tea.appid, "rand_str": rand_str})
    assert refused(check_signature, tea, signed_text(pem, said.encode())).code == "-80002"


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_use_one_nonce_at_once_one_does() -> None:
    tea = stories.registered(administrator="ada")
    nonce = issue_nonce(tea)
    outcomes = together(8, lambda n: use_nonce(tea, nonce))
    assert sorted(outcomes) == [False] * 7 + [True]


# --- addresses


def test_addresses_are_checked_only_when_that_is_on(tea, pem) -> None:
    check_address(tea, "198.51.100.1")
    assert restrict(tea, " 203.0.113.7 ", "", "2001:DB8::/32", "10.0.0.0/8", "203.0.113.7/32") == [
        "203.0.113.7",
        "2001:db8::/32",
        "10.0.0.0/8",
    ]
    for ip in ("203.0.113.7", "::ffff:203.0.113.7", "2001:db8::1", "10.9.8.7"):
        check_address(tea, ip)
    for ip in ("203.0.113.8", "2001:db9::1", "11.0.0.1", "", "nonsense", "::1"):
        refusal = refused(check_address, tea, ip)
        assert refusal.code == "-10008"
        assert refusal.message.startswith(f"invalid ip: {ip}, reference: http")
    restrict(tea, "203.0.113.7", on=False)
    check_address(tea, "198.51.100.1")
    assert [row.network for row in tea.upload_addresses.all()] == ["203.0.113.7"]


@pytest.mark.parametrize(
    ("networks", "words"),
    [
        (["203.0.113.7", "tea"], "Line 2: “tea” is neither an IP address nor a range"),
        (["10.0.0.1/8"], "did you mean 10.0.0.0/8?"),
        (["fe80::1%eth0"], "neither an IP address"),
        (["1.2.3.4/33"], "neither an IP address"),
        (["1.2.3"], "neither an IP address"),
        (["01.2.3.4"], "neither an IP address"),
        (["x" * 5000], "x" * 60 + "”"),
        (["", " "], "at least one address"),
        ([f"10.0.0.{n}" for n in range(51)], "at most 50 addresses"),
    ],
)
def test_addresses_that_can_not_be_read_are_named(tea, pem, networks, words) -> None:
    refusal = refused(restrict, tea, *networks)
    assert refusal.field == "networks"
    assert words in refusal.message
    assert not tea.upload_addresses.exists()
    assert not key_of(tea).checks_address


def test_every_line_that_is_wrong_is_named(tea, pem) -> None:
    message = refused(restrict, tea, "tea", "10.0.0.0/8", "harbour").message
    assert "Line 1: “tea”" in message
    assert "Line 3: “harbour”" in message


# --- robots


def test_each_robot_has_a_version_of_its_own_beside_that_of_the_person(tea) -> None:
    package, by = receive_package(good()), stories.administrator_of(tea)

    def upload(version, robot=None):
        return upload_build(tea, package=package, version=version, by=by, robot=robot)

    for version, robot in [("1", None), ("2", 1), ("3", 30), ("4", 1), ("5", None)]:
        upload(version, robot)
    assert {(b.robot, b.version) for b in tea.builds.ready()} == {(None, "5"), (1, "4"), (30, "3")}
    assert Build.objects.get(version="2").status == BuildStatus.REPLACED
    event = AuditEvent.objects.filter(event="developers.build.uploaded").order_by("pk")
    assert [e.data.get("robot") for e in event] == [None, 1, 30, 1, None]
    delete_build(tea.builds.ready().get(robot=30), by=by)
    upload("6", 30)


@pytest.mark.parametrize("robot", [0, -1, 31])
def test_there_is_no_such_robot(tea, robot) -> None:
    package = receive_package(good())
    refusal = refused(upload_build, tea, package=package, version="1", by=stories.administrator_of(tea), robot=robot)
    assert (refusal.code, refusal.field) == ("robot", "robot")


@pytest.mark.django_db(transaction=True)
def test_uploads_by_robots_at_once_leave_one_version_a_robot() -> None:
    tea = stories.registered(administrator="ada")
    package, by = receive_package(good()), stories.administrator_of(tea)
    outcomes = together(8, lambda n: upload_build(tea, package=package, version=f"1.{n}", by=by, robot=1 + n % 2))
    assert len(successes(outcomes)) == 8
    assert sorted(tea.builds.ready().values_list("robot", flat=True)) == [1, 2]
