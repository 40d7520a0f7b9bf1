"""The link layers of BSD's loopback and tunnel interfaces (LINKTYPE_NULL, LINKTYPE_LOOP)."""

from construct import Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.families import FAMILIES

SOURCE = "tcpdump.org, LINKTYPE_NULL"
LOOP_SOURCE = "tcpdump.org, LINKTYPE_LOOP"

BSD_NULL = HeaderSchema(
    "BSDNull",
    field(
        "family",
        Int32ub,
        "null.family",
        format="hex",
        names=FAMILIES,
        doc="Address family in the capturing machine's byte order; of small numbers, the bytes are "
        "the other way round on most.",
        source=SOURCE,
    ),
    title="Null/Loopback",
    display="null",
    source=SOURCE,
    carried={"link_type": (0,)},
    selects=Selector("family", "bsd_family"),
)

BSD_LOOP = HeaderSchema(
    "BSDLoop",
    field(
        "family",
        Int32ub,
        "null.family",
        format="hex",
        names=FAMILIES,
        doc="Address family, in network byte order.",
        source=LOOP_SOURCE,
    ),
    title="Null/Loopback",
    display="null",
    source=LOOP_SOURCE,
    carried={"link_type": (108,)},
    selects=Selector("family", "bsd_family"),
)
