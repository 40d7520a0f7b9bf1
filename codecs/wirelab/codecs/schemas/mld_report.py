"""Multicast Listener Discovery, version 1: I listen."""

from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.schemas.mld_fields import SOURCE, message_fields

MLD_REPORT = HeaderSchema(
    "MLDReport",
    *message_fields(0, "0."),
    title="Multicast Listener Report",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (131,)},
    demands={"hop_limit": 1},  # RFC 2710 section 3
)
