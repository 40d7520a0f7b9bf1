"""What the three messages of Multicast Listener Discovery, version 1, share: all their fields."""

from construct import Bytes, Int16ub, Renamed

from wirelab.codecs.constructs import field

SOURCE = "RFC 2710 section 3"


def message_fields(delay: int, doc: str) -> tuple[Renamed, ...]:
    """The fields of a message.

    Args:
        delay: default of the maximum response delay, milliseconds.
        doc: what the delay means in this message.
    """
    return (
        field(
            "maximum_response_delay",
            Int16ub,
            "icmpv6.mld.maximum_response_delay",
            default=delay,
            doc=doc,
            source=SOURCE,
        ),
        field("reserved", Int16ub, format="hex", default=0, source=SOURCE),
        field(
            "group",
            Bytes(16),
            "icmpv6.mld.multicast_address",
            format="ipv6",
            default=bytes(16),
            doc="Multicast address; all zero in a general query.",
            source=SOURCE,
        ),
    )
