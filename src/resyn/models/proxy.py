"""The proxy that the environment names."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from urllib.parse import urlsplit


def proxy_for(address: str) -> str | None:
    """Return what HTTPS_PROXY, HTTP_PROXY or ALL_PROXY says for an address, None where it is to be reached directly.

    That is what NO_PROXY names, and this machine itself, which no proxy elsewhere could reach. Proxies that speak SOCKS are passed over.
    """
    from urllib.request import getproxies_environment, proxy_bypass

    url = urlsplit(address)
    if _is_here(url.hostname or "") or proxy_bypass(url.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies_environment()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    return proxy if proxy and proxy.startswith(("http://", "https://")) else None


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
