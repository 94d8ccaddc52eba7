"""The hosts in the URLs of settings. Pure."""

from urllib.parse import urlsplit


def has_host(url: str) -> bool:
    """Tell whether there is a host in a URL, and no port that can't be (RFC 3986 section 3.2).

    A full name may end with a dot (RFC 1034 section 3.1), but has no other empty part.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return port != 0 and "" not in (parts.hostname or "").removesuffix(".").split(".")


def with_plain_host(url: str) -> str:
    """Return a URL without the dot that may end its host: certificates and origins are without it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    name, colon, port = host.partition(":") if not host.startswith("[") else (host, "", "")
    plain = parts.netloc.removesuffix(host) + name.removesuffix(".") + colon + port
    return parts._replace(netloc=plain).geturl()
