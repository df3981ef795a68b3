"""The relay's certificate authority: one for each installation, good for the relay's names and nothing else."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from platform_site.management.relay.folder import Folder, is_private, write

AUTHORITY_LASTS = timedelta(days=730)
RENEWED_BEFORE_ITS_END = timedelta(days=30)
LEAF_LASTS = timedelta(days=7)
LEAF_RENEWED = timedelta(days=1)
CLOCKS_DIFFER = timedelta(hours=1)
NO_ADDRESS = [x509.IPAddress(ip_network("0.0.0.0/0")), x509.IPAddress(ip_network("::/0"))]
NO_USE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


@dataclass(frozen=True)
class Authority:
    """A certificate that may sign for `hosts`, and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def leaf(self, host: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A certificate of a few days for one name. That the name is one of ours is for whoever verifies."""
        key = ec.generate_private_key(ec.SECP256R1())
        lasts = min(LEAF_LASTS, self.certificate.not_valid_after_utc - datetime.now(UTC))
        issuer = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        leaf = (
            begun(host, key, lasts)
            .issuer_name(self.certificate.subject)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{**NO_USE, "digital_signature": True}), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
        )
        return leaf.sign(self.key, hashes.SHA256()), key


def begun(name: str, key: ec.EllipticCurvePrivateKey, lasts: timedelta) -> x509.CertificateBuilder:
    """What authority and leaf have in common: subject, key, time, and that they are for TLS servers."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def constraints(hosts: list[str]) -> x509.NameConstraints:
    return x509.NameConstraints([x509.DNSName(host) for host in hosts], NO_ADDRESS)


def new_authority(hosts: list[str], lasts: timedelta = AUTHORITY_LASTS) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"Ministage relay of this machine {x509.random_serial_number():040x}"[:48]
    certificate = begun(name, key, lasts)
    certificate = certificate.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    signs = {**NO_USE, "key_cert_sign": True, "crl_sign": True}
    certificate = (
        certificate.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**signs), critical=True)
        .add_extension(constraints(hosts), critical=True)
    )
    return Authority(certificate.sign(key, hashes.SHA256()), key)


def authority_of(folder: Folder, hosts: list[str]) -> Authority:
    """The authority of this installation; a new one where there is none, it is broken, or its end is near."""
    with folder.changing():
        kept = _read(folder)
        if kept is not None and is_good(kept, hosts):
            return kept
        made = new_authority(hosts)
        key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write(folder.ca_key, key, mode=0o600)
        write(folder.ca, made.certificate.public_bytes(Encoding.PEM), mode=0o644)
        return made


def _read(folder: Folder) -> Authority | None:
    """What lies in the folder, if it can be read and nobody else could read the key."""
    try:
        certificate = x509.load_pem_x509_certificate(folder.ca.read_bytes())
        key = load_pem_private_key(folder.ca_key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    return (
        Authority(certificate, key)
        if isinstance(key, ec.EllipticCurvePrivateKey) and is_private(folder.ca_key)
        else None
    )


def is_good(authority: Authority, hosts: list[str]) -> bool:
    """Key and certificate belong together, the names are today's, and the end is not near."""
    certificate = authority.certificate
    try:
        certificate.verify_directly_issued_by(certificate)
        named = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    now = datetime.now(UTC)
    return (
        certificate.public_key() == authority.key.public_key()
        and named == constraints(hosts)
        and certificate.not_valid_before_utc <= now
        and now + RENEWED_BEFORE_ITS_END < certificate.not_valid_after_utc
    )


class Contexts:
    """The TLS side of each name, kept in memory and renewed before its certificate ends."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self._kept: dict[str, tuple[datetime, ssl.SSLContext]] = {}

    def of(self, host: str) -> ssl.SSLContext:
        until, context = self._kept.get(host, (None, None))
        if until is not None and context is not None and datetime.now(UTC) + LEAF_RENEWED < until:
            return context
        leaf, key = self.authority.leaf(host)
        context = context_with(host, leaf, key)
        self._kept[host] = leaf.not_valid_after_utc, context
        return context


def context_with(host: str, leaf: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    """TLS for one name; a client that asks for another one is sent away."""

    def only_this_name(_socket: ssl.SSLObject, asked: str | None, _context: ssl.SSLContext) -> int | None:
        return None if asked is None or asked.lower() == host else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.sni_callback = only_this_name
    with tempfile.NamedTemporaryFile(prefix="ministage-relay-") as file:  # 0600; OpenSSL reads chains from files only
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.write(leaf.public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context
