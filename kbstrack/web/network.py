"""The network a request comes from, as far as limits go."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request


def network_of(address: str | None) -> str:
    """`192.0.2.7`; for IPv6 the /64 that one household or phone has; `unknown` for neither."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def asking_network() -> str:
    """Where the present request comes from."""
    return network_of(request.remote_addr)
