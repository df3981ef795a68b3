"""The relay's authority: good for its names alone, kept over restarts, made anew when it is no longer good."""

import socket
import ssl
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from django.conf import settings

from platform_site.management.machine import CanNotStartError
from platform_site.management.relay import authority
from platform_site.management.relay.authority import Authority, Contexts, authority_of, context_with, new_authority
from platform_site.management.relay.folder import Folder
from tests.concurrency import together
from tests.ops.relays import ROOT, trusting

HOSTS = list(settings.RELAY_HOSTS)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "var")


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def leaf_for(ours: Authority, name: str, also: list[x509.GeneralName] | None = None):
    """What a thief of the key could sign: a leaf for any name or address."""
    leaf, key = ours.leaf(name)
    if also is None:
        return leaf, key
    forged = x509.CertificateBuilder(
        leaf.issuer,
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
        key.public_key(),
        leaf.serial_number,
        leaf.not_valid_before_utc,
        leaf.not_valid_after_utc,
    )
    for extension in leaf.extensions:
        if not isinstance(extension.value, x509.SubjectAlternativeName):
            forged = forged.add_extension(extension.value, extension.critical)
    forged = forged.add_extension(x509.SubjectAlternativeName(also), critical=False)
    return forged.sign(ours.key, hashes.SHA256()), key


def shaken(folder: Folder, name: str, context: ssl.SSLContext) -> str:
    """The name that a strict client finds after shaking hands with a server of this context."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            context.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with trusting(folder.ca).wrap_socket(ours, server_hostname=name) as tls:
            return dict(part[0] for part in tls.getpeercert()["subject"])["commonName"]
    finally:
        thread.join()


def test_its_files_are_private_where_they_must_be(folder):
    authority_of(folder, HOSTS)
    folder.secret()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir() if path.name != "changing"}
    assert modes == {"ca.pem": 0o644, "ca-key.pem": 0o600, "secret": 0o600}


def test_it_may_sign_for_exactly_the_hosts_and_for_nobody_that_signs(folder):
    extensions = authority_of(folder, HOSTS).certificate.extensions
    names = extensions.get_extension_for_class(x509.NameConstraints)
    basic = extensions.get_extension_for_class(x509.BasicConstraints)

    assert names.critical
    assert names.value.permitted_subtrees == [x509.DNSName(host) for host in HOSTS]
    assert [str(one.value) for one in names.value.excluded_subtrees] == ["0.0.0.0/0", "::/0"]
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)


@pytest.mark.parametrize("host", HOSTS)
def test_a_strict_client_believes_a_leaf_of_each_host(folder, host):
    ours = authority_of(folder, HOSTS)

    assert shaken(folder, host, Contexts(ours).of(host)) == host


@pytest.mark.parametrize("name", ["evil.example", "weixin.qq.com", "qq.com", "servicewechat.com.evil.example"])
def test_a_leaf_for_any_other_name_is_believed_by_nobody(folder, tmp_path, name):
    ours = authority_of(folder, HOSTS)
    leaf, key = leaf_for(ours, name)

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shaken(folder, name, context_with(name, leaf, key))
    verifier = PolicyBuilder().store(Store([ours.certificate])).build_server_verifier(x509.DNSName(name))
    with pytest.raises(VerificationError):
        verifier.verify(leaf, [])
    (tmp_path / "leaf.pem").write_bytes(pem(leaf))
    told = subprocess.run(
        ["/usr/bin/openssl", "verify", "-CAfile", str(folder.ca), str(tmp_path / "leaf.pem")],
        capture_output=True,
        text=True,
    )
    assert told.returncode != 0
    assert "permitted subtree violation" in told.stderr


def test_a_leaf_for_an_address_is_believed_by_nobody(folder):
    ours = authority_of(folder, HOSTS)
    leaf, key = leaf_for(ours, "x", [x509.IPAddress(ip_address("127.0.0.1"))])

    with pytest.raises(ssl.SSLCertVerificationError, match="excluded subtree violation"):
        shaken(folder, "127.0.0.1", context_with("127.0.0.1", leaf, key))


def test_an_authority_signed_by_it_is_believed_by_nobody(folder):
    ours = authority_of(folder, HOSTS)
    made = new_authority(HOSTS)
    under = x509.CertificateBuilder(
        ours.certificate.subject,
        made.certificate.subject,
        made.key.public_key(),
        made.certificate.serial_number,
        made.certificate.not_valid_before_utc,
        made.certificate.not_valid_after_utc,
    )
    for extension in made.certificate.extensions:
        under = under.add_extension(extension.value, extension.critical)
    issuer = ours.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    under = under.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
    signed = under.sign(ours.key, hashes.SHA256())
    leaf, key = Authority(signed, made.key).leaf(HOSTS[0])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = folder.path / "chain.pem"
    chain.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(leaf) + pem(signed))
    context.load_cert_chain(chain)

    with pytest.raises(ssl.SSLCertVerificationError, match="path length constraint exceeded"):
        shaken(folder, HOSTS[0], context)


def test_it_is_kept_as_long_as_it_is_good(folder):
    assert authority_of(folder, HOSTS).certificate == authority_of(folder, HOSTS).certificate


def near_its_end(folder: Folder) -> None:
    put(folder, new_authority(HOSTS, timedelta(days=29)))


def for_other_hosts(folder: Folder) -> None:
    put(folder, new_authority([*HOSTS, "example.com"]))


def put(folder: Folder, other: Authority) -> None:
    folder.ca.write_bytes(pem(other.certificate))
    folder.ca_key.write_bytes(other.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize(
    "harm",
    [
        near_its_end,
        for_other_hosts,
        lambda folder: folder.ca.unlink(),
        lambda folder: folder.ca_key.unlink(),
        lambda folder: folder.ca.write_bytes(b""),
        lambda folder: folder.ca.write_bytes(folder.ca.read_bytes()[:300]),
        lambda folder: folder.ca_key.write_bytes(b"\0\xff"),
        lambda folder: folder.ca.write_bytes(pem(new_authority(HOSTS).certificate)),  # of another key
        lambda folder: folder.ca_key.chmod(0o644),
    ],
)
def test_one_that_is_not_good_any_more_is_made_anew(folder, harm):
    before = authority_of(folder, HOSTS).certificate
    harm(folder)

    after = authority_of(folder, HOSTS)

    assert after.certificate != before
    assert shaken(folder, HOSTS[0], Contexts(after).of(HOSTS[0])) == HOSTS[0]
    assert stat.S_IMODE(folder.ca_key.stat().st_mode) == 0o600
    assert authority_of(folder, HOSTS).certificate == after.certificate


def test_eight_that_start_at_once_agree(folder):
    code = (
        "import sys, pathlib; from platform_site.management.relay.folder import Folder; "
        "from platform_site.management.relay.authority import authority_of; f = Folder(pathlib.Path(sys.argv[1])); "
        f"print(authority_of(f, {HOSTS!r}).certificate.serial_number, f.secret())"
    )

    def start(_number: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", code, str(folder.var)], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    assert len(set(together(8, start))) == 1


def test_a_leaf_lasts_a_week_and_is_renewed_before_its_end(folder, monkeypatch):
    contexts = Contexts(authority_of(folder, HOSTS))
    first = contexts.of(HOSTS[0])
    lasts = contexts._kept[HOSTS[0]][0] - datetime.now(UTC)
    assert timedelta(days=6) < lasts <= timedelta(days=7)
    assert contexts.of(HOSTS[0]) is first

    monkeypatch.setattr(authority, "LEAF_RENEWED", timedelta(days=8))

    assert contexts.of(HOSTS[0]) is not first


def test_a_leaf_never_outlives_its_authority():
    ours = new_authority(HOSTS, timedelta(days=2))

    assert ours.leaf(HOSTS[0])[0].not_valid_after_utc <= ours.certificate.not_valid_after_utc


def test_a_folder_that_can_not_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / "var").touch()

    with pytest.raises(CanNotStartError, match=r"^Can't write to .*/var/relay \(not a directory\)"):
        authority_of(Folder(tmp_path / "var"), HOSTS)


def test_nothing_of_it_is_signed_with_a_weak_key():
    ours = new_authority(HOSTS)

    assert isinstance(ours.key.curve, ec.SECP256R1)
    assert isinstance(ours.certificate.signature_hash_algorithm, hashes.SHA256)
