"""From where code may be uploaded by key: a list of addresses and ranges that can be turned on (console.md §6)."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.actions.rights import check_may
from developers.actions.upload_keys import key_of
from developers.models import UploadAddress
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

INVALID_IP = "-10008"  # console.md §6
FIELD = "networks"


@transaction.atomic
def set_addresses(
    mini_program: MiniProgram, *, networks: Sequence[str], on: bool, by: Member | WeChatPerson
) -> list[str]:
    """Let code come by key from these addresses and ranges only (`on`), or keep the list without using it.

    Answers the list as it is kept. Refused (field "networks") names every line that can't be read.
    """
    check_may(by, Permission.UPLOADKEY_RESET, mini_program)
    wanted = read_networks(networks, on=on)
    key = key_of(mini_program)
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)
    mini_program.upload_addresses.exclude(network__in=wanted).delete()
    kept = set(mini_program.upload_addresses.values_list("network", flat=True))
    UploadAddress.objects.bulk_create(
        UploadAddress(mini_program=mini_program, network=network, added_at=now())
        for network in wanted
        if network not in kept
    )
    key.checks_address = on
    key.save(update_fields=["checks_address"])
    record("developers.key.addresses_changed", key, by=by, data={"on": on, "networks": wanted})
    return wanted


def read_networks(networks: Sequence[str], *, on: bool) -> list[str]:
    """The lines as addresses and ranges in their plain form, each once, in the order given. Refused in words."""
    wanted: dict[str, None] = {}
    wrong = []
    for number, line in enumerate(networks, start=1):
        if not (text := line.strip()):
            continue
        try:
            wanted[_network(text)] = None
        except ValueError:
            wrong.append(_line_refused(number, text))
    if wrong:
        raise Refused(" ".join(wrong), code="address_unreadable", field=FIELD)
    most = RULES.upload.addresses
    if len(wanted) > most:
        raise Refused(_("Give at most %(n)d addresses and ranges.") % {"n": most}, code="address_count", field=FIELD)
    if on and not wanted:
        raise Refused(_("Give at least one address, or nobody can upload."), code="address_none", field=FIELD)
    return list(wanted)


def _network(text: str) -> str:
    """One address, or a range in CIDR form whose address is its first: ValueError for anything else."""
    if "%" in text:  # of one machine's own network card
        raise ValueError
    if "/" not in text:
        return str(_plain(ip_address(text)))
    network: IPv4Network | IPv6Network = ip_network(text)
    return str(network if network.num_addresses > 1 else network.network_address)


def _line_refused(number: int, text: str) -> str:
    if "/" in text:
        try:
            meant = ip_network(text, strict=False)
        except ValueError:
            pass
        else:
            words = _("Line %(n)d: “%(text)s” is no range; did you mean %(meant)s?")
            return words % {"n": number, "text": text[:60], "meant": meant}
    words = _("Line %(n)d: “%(text)s” is neither an IP address nor a range like 203.0.113.0/24.")
    return words % {"n": number, "text": text[:60]}


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that came in IPv6's dress is the IPv4 address."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def check_address(mini_program: MiniProgram, ip: str) -> None:
    """Refused with the documented -10008 unless code may be uploaded from this address."""
    if not key_of(mini_program).checks_address:
        return
    try:
        caller = _plain(ip_address(ip))
    except ValueError:
        caller = None
    allowed = map(ip_network, mini_program.upload_addresses.values_list("network", flat=True))
    if caller is None or not any(caller in network for network in allowed):
        words = _(
            "invalid ip: %(ip)s, reference: %(help)s – this address is not on the list of the Mini Program's "
            "administrator (console, Development Settings)"
        )
        raise Refused(words % {"ip": ip, "help": f"{settings.BASE_URL}/docs/development/"}, code=INVALID_IP)
