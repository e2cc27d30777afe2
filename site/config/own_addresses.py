"""Where do others in the room reach this machine? Its own addresses, found without asking anybody else."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterable
from ipaddress import IPv4Address, ip_network
from pathlib import Path

EVERYWHERE = ("0.0.0.0", "::")
_ROUTES = Path("/proc/net/fib_trie")
_LOCAL = re.compile(r"\|-- (\S+)\n\s+/32 host LOCAL")
_BETWEEN_CONTAINERS = ip_network("172.16.0.0/12")


def addresses_for_the_room(listen: str) -> list[str]:
    """Where others reach a server that listens there; nowhere, when it listens to this machine alone."""
    if listen in EVERYWHERE:
        return ordered(_by_the_system() or _by_name())
    return [] if listen in ("", "localhost", "127.0.0.1", "::1") else [listen]


def ordered(addresses: Iterable[str]) -> list[str]:
    """The likelier an address is that of the room's network, the earlier; each once, loopback never."""
    known = {IPv4Address(text) for text in addresses}
    found = [one for one in known if not one.is_loopback]
    return [str(one) for one in sorted(found, key=lambda one: (one.is_link_local, one in _BETWEEN_CONTAINERS, one))]


def _by_the_system() -> list[str]:
    """Linux keeps a table of them."""
    try:
        return _LOCAL.findall(_ROUTES.read_text())
    except OSError:
        return []


def _by_name() -> list[str]:
    """Elsewhere a machine knows its own name."""
    try:
        return [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except OSError:
        return []


if __name__ == "__main__":  # `make serve` says where the room finds it
    for address in addresses_for_the_room(sys.argv[1]):
        print(f"and, for the room, on http://{address}:{sys.argv[2]}")
