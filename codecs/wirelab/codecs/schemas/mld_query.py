"""Multicast Listener Discovery, version 1: who listens?"""

from wirelab.codecs.header_schema import Fits, HeaderSchema
from wirelab.codecs.schemas.mld_fields import SOURCE, message_fields

MLD_QUERY = HeaderSchema(
    "MLDQuery",
    *message_fields(10000, "Milliseconds within which listeners answer."),
    title="Multicast Listener Query",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (130,)},
    demands={"hop_limit": 1},  # RFC 2710 section 3
    fits=Fits(maximum=20),
)
