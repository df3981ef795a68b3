"""What is asked of the machine before anything starts."""

import socket
from pathlib import Path

import pytest

from platform_site.management import machine


@pytest.fixture
def taken():
    """A port on which somebody listens as granian does, willing to share it."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def test_a_port_that_a_stale_server_would_share_is_refused(taken):
    with pytest.raises(machine.CanNotStartError) as refusal:
        machine.check_port("127.0.0.1", taken)

    assert str(refusal.value) == (
        f"Port {taken} on 127.0.0.1 can't be used (address already in use). "
        f"Stop what uses it, or take another: make run PORT={taken + 1}"
    )


def test_a_port_taken_on_one_address_is_refused_for_all_addresses(taken):
    with pytest.raises(machine.CanNotStartError, match="already in use"):
        machine.check_port("0.0.0.0", taken)  # noqa: S104


def test_a_port_that_nobody_uses_any_more_is_free(taken):
    with socket.socket() as another:
        another.bind(("127.0.0.1", 0))
        port = another.getsockname()[1]

    assert machine.check_port("127.0.0.1", port) is None


@pytest.mark.parametrize(
    ("host", "port", "line"),
    [
        ("127.0.0.1", 70000, "There is no port 70000: take one between 1024 and 65535."),
        ("no.such.host.invalid", 8000, "no.such.host.invalid is not an address of this machine."),
        ("192.0.2.1", 8000, "Port 8000 on 192.0.2.1 can't be used"),
    ],
)
def test_an_address_that_can_not_be_had_is_told_in_one_line(host, port, line):
    with pytest.raises(machine.CanNotStartError) as refusal:
        machine.check_port(host, port)

    assert str(refusal.value).startswith(line)
    assert "\n" not in str(refusal.value)


def test_a_folder_that_can_not_be_written_is_told_in_one_line(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(machine.CanNotStartError) as refusal:
        machine.check_folder(tmp_path / "file" / "var")

    assert str(refusal.value).startswith(f"Can't write to {tmp_path}/file/var (not a directory).")
    assert "\n" not in str(refusal.value)


def test_a_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path):
    machine.check_folder(tmp_path / "deep" / "var")

    assert list((tmp_path / "deep" / "var").iterdir()) == []


def test_a_folder_runs_one_platform_at_a_time(tmp_path: Path):
    with machine.take_lock(tmp_path), pytest.raises(machine.CanNotStartError, match=f"running on {tmp_path} already"):
        machine.take_lock(tmp_path)

    machine.take_lock(tmp_path).close()


def test_qr_codes_point_at_the_machine_in_its_network_when_it_listens_to_all(monkeypatch):
    monkeypatch.setattr(machine, "network_address", lambda: "192.168.1.20")

    assert [machine.base_url(host, 8102) for host in ("127.0.0.1", "0.0.0.0", "::", "::1")] == [  # noqa: S104
        "http://127.0.0.1:8102",
        "http://192.168.1.20:8102",
        "http://192.168.1.20:8102",
        "http://[::1]:8102",
    ]


def test_this_machine_reaches_a_server_on_all_addresses_by_loopback():
    assert [machine.reached_at(host, 8102) for host in ("127.0.0.1", "0.0.0.0", "::", "::1")] == [  # noqa: S104
        "127.0.0.1:8102",
        "127.0.0.1:8102",
        "[::1]:8102",
        "[::1]:8102",
    ]
