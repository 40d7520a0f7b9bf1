"""Dynamic Host Configuration Protocol (RFC 2131), and BOOTP (RFC 951), whose format it has."""

from construct import BitsInteger, BitStruct, Bytes, Construct, Flag, Int8ub, Int16ub, Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.registries.arp import HARDWARE_TYPES
from wirelab.codecs.registries.dhcp import OPERATIONS
from wirelab.codecs.schemas.dhcp_options import DHCP_OPTIONS

SOURCE = "RFC 2131 section 2"
COOKIE = 0x63825363
"""What DHCP's options begin with (RFC 2131 section 3)."""


def _address(name: str, display: str, doc: str) -> Construct:
    return field(name, Bytes(4), display, format="ipv4", default=bytes(4), doc=doc, source=SOURCE)


DHCP = HeaderSchema(
    "DHCP",
    field("operation", Int8ub, "dhcp.type", names=OPERATIONS, default=1, source=SOURCE),
    field(
        "hardware_type",
        Int8ub,
        "dhcp.hw.type",
        format="hex",
        names=HARDWARE_TYPES,
        default=1,
        source=SOURCE,
    ),
    field("hardware_length", Int8ub, "dhcp.hw.len", default=6, doc="Bytes.", source=SOURCE),
    field("hops", Int8ub, "dhcp.hops", default=0, doc="Relay agents passed.", source=SOURCE),
    field(
        "transaction_id",
        Int32ub,
        "dhcp.id",
        format="hex",
        default=0,
        doc="Chosen by the client; replies repeat it.",
        source=SOURCE,
    ),
    field(
        "seconds",
        Int16ub,
        "dhcp.secs",
        default=0,
        doc="Since the client began to ask.",
        source=SOURCE,
    ),
    BitStruct(
        field(
            "broadcast",
            Flag,
            "dhcp.flags.bc",
            format="bool",
            default=False,
            doc="The client cannot receive unicast yet.",
            source=SOURCE,
        ),
        field(
            "reserved",
            BitsInteger(15),
            "dhcp.flags.reserved",
            format="hex",
            default=0,
            source=SOURCE,
        ),
    ),
    _address("client_address", "dhcp.ip.client", "ciaddr: what the client has already."),
    _address("your_address", "dhcp.ip.your", "yiaddr: what the client is given."),
    _address("server_address", "dhcp.ip.server", "siaddr: the server to boot from."),
    _address("relay_address", "dhcp.ip.relay", "giaddr: the relay agent."),
    field(
        "client_hardware_address",
        Bytes(6),
        "dhcp.hw.mac_addr",
        format="mac",
        default=bytes(6),
        doc="chaddr, its first 6 bytes; a longer address goes on in the next field.",
        source=SOURCE,
    ),
    field(
        "client_hardware_padding",
        Bytes(10),
        "dhcp.hw.addr_padding",
        format="bytes",
        default=bytes(10),
        doc="chaddr, the rest.",
        source=SOURCE,
    ),
    field(
        "server_name",
        Bytes(64),
        "dhcp.server",
        format="text",
        default=bytes(64),
        doc="sname: a name up to a zero, or options.",
        source=SOURCE,
    ),
    field(
        "file",
        Bytes(128),
        "dhcp.file",
        format="text",
        default=bytes(128),
        doc="Boot file name up to a zero, or options.",
        source=SOURCE,
    ),
    field(
        "magic_cookie",
        Int32ub,
        "",
        format="hex",
        default=COOKIE,
        doc="0x63825363; with any other, BOOTP's vendor area may hold anything (RFC 951).",
        source="RFC 2131 section 3",
    ),
    field("options", DHCP_OPTIONS, "", format="options", source="RFC 2132 section 2"),
    title="Dynamic Host Configuration Protocol",
    display="dhcp",
    source="RFC 2131",
    carried={"udp_port": (67, 68)},
)
