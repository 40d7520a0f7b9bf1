"""The addresses that programs write: either family, with a zone where one is needed.

Source: RFC 4007 section 11 (`fe80::1%eth0`, or the number of the zone, which is the interface's
index and one).
"""

from wirelab.codecs.addresses import AddressError, ip_bytes
from wirelab.sim.host import Host

_FORM = "an address such as 10.0.0.2, 2001:db8::2 or fe80::2%eth0"


def locate(host: Host, text: str) -> tuple[bytes, int | None]:
    """The bytes of an address, and the index of the interface that its zone names, or None.

    Raises:
        AddressError: it cannot be read, or its zone is no interface of this host.
    """
    address, percent, zone = text.partition("%")
    if not percent:
        return ip_bytes(address), None
    for interface in host.interfaces:
        if zone in (interface.name, str(interface.index + 1)):
            return ip_bytes(address), interface.index
    known = ", ".join(interface.name for interface in host.interfaces)
    raise AddressError(f"{text!r}: {host.name} has the interfaces {known}; write {_FORM}", _FORM)
