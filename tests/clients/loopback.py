"""`unshare --net python -m tests.clients.loopback COMMAND`: loopback up in a new network namespace, then COMMAND."""

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1


def bring_up() -> None:
    """Loopback is there in a new namespace, but down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


if __name__ == "__main__":
    bring_up()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 -- what the caller has asked for
