"""What options of DHCP hold in turn: sub-options of relay agents and of NetWare/IP, and records."""

from construct import Bytes, GreedyBytes, GreedyRange, Int8ub, Int32ub, Prefixed, this

from wirelab.codecs.constructs import field
from wirelab.codecs.option_lists import Option, OptionList, Record
from wirelab.codecs.tlv import TlvStyle

SUBOPTION_STYLE = TlvStyle(counts_head=False)
NETWARE = "RFC 2242 section 3"
ROUTES = "RFC 3442"

RELAY_SUBOPTIONS = OptionList(
    None,
    tuple(
        Option(
            f"DHCPRelay{name}",
            kind,
            (
                field(
                    value,
                    construct,
                    f"dhcp.option.agent_information_option.{display}",
                    format=form,
                    source=source,
                ),
            ),
            source=source,
            doc=doc,
        )
        for name, kind, value, construct, form, display, source, doc in (
            ("CircuitIdentifier", 1, "data", GreedyBytes, "bytes", "agent_circuit_id",
             "RFC 3046 section 3.1", "The circuit that the request came in by."),
            ("RemoteIdentifier", 2, "data", GreedyBytes, "bytes", "agent_remote_id",
             "RFC 3046 section 3.2", "The remote end of the circuit."),
            ("DOCSISDeviceClass", 4, "value", Int32ub, "dec", "docsis_device_class",
             "RFC 3256 section 2", "Class of the cable device."),
            ("LinkSelection", 5, "address", Bytes(4), "ipv4", "link_selection",
             "RFC 3527 section 3", "The subnet that the client is on."),
            ("SubscriberIdentifier", 6, "text", GreedyBytes, "text", "subscriber_id",
             "RFC 3993 section 3", "Who the client belongs to."),
            ("RADIUSAttributes", 7, "data", GreedyBytes, "bytes", "radius_attributes",
             "RFC 4014 section 4", "Attributes that a RADIUS server returned."),
            ("Authentication", 8, "data", GreedyBytes, "bytes", "authentication",
             "RFC 4030 section 4", "Protects what the relay agent adds."),
            ("VendorSpecific", 9, "data", GreedyBytes, "bytes", "vi",
             "RFC 4243 section 3", "Information by enterprise number."),
            ("Flags", 10, "value", Int8ub, "dec", "flags",
             "RFC 5010 section 3", "Bit 7: the request came by unicast."),
            ("ServerIdentifierOverride", 11, "address", Bytes(4), "ipv4", "server_id_override",
             "RFC 5107 section 4", "The address to renew at: the relay agent's."),
        )
    ),
    style=SUBOPTION_STYLE,
    name="dhcp_options.DHCPRelaySuboption",
)  # fmt: skip

NETWARE_SUBOPTIONS = OptionList(
    None,
    (
        *(
            Option(f"NetWareIP{name}", kind, source=f"{NETWARE}.{kind}", doc=doc)
            for name, kind, doc in (
                ("DoesNotExist", 1, "The server has no NetWare/IP parameters."),
                ("ExistsInOptionsArea", 2, "They stand in the options behind this one."),
                ("ExistsInServerNameAndFile", 3, "They stand in the fields sname and file."),
                ("ExistsButTooBig", 4, "They do not fit into the message."),
            )
        ),
        *(
            Option(
                f"NetWareIP{name}",
                kind,
                (
                    field(
                        value,
                        construct,
                        f"dhcp.option.novell_options.{display}",
                        format=form,
                        source=f"{NETWARE}.{kind}",
                    ),
                ),
                source=f"{NETWARE}.{kind}",
                doc=doc,
            )
            for name, kind, value, construct, form, display, doc in (
                ("BroadcastNSQ", 5, "value", Int8ub, "bool", "broadcast",
                 "Look for the nearest server by broadcast."),
                ("PreferredDSS", 6, "addresses", GreedyRange(Bytes(4)), "ipv4",
                 "preferred_dss_server", "Domain SAP/RIP servers to try first, at most 5."),
                ("NearestServer", 7, "addresses", GreedyRange(Bytes(4)), "ipv4",
                 "nearest_nwip_server", "Nearest NetWare/IP servers, at most 5."),
                ("AutoRetries", 8, "value", Int8ub, "dec", "autoretries",
                 "Attempts to reach a server at startup."),
                ("AutoRetrySeconds", 9, "value", Int8ub, "dec", "autoretry_delay",
                 "Seconds between these attempts."),
                ("Version11", 10, "value", Int8ub, "bool", "support_netware_v1_1",
                 "Support servers of NetWare/IP 1.1."),
                ("PrimaryDSS", 11, "address", Bytes(4), "ipv4", "primary_dss",
                 "Primary domain SAP/RIP server."),
            )
        ),
    ),
    style=SUBOPTION_STYLE,
    name="dhcp_options.NetWareIPSuboption",
)  # fmt: skip

CLASSLESS_ROUTE = Record(
    "DHCPClasslessRoute",
    (
        field("prefix_length", Int8ub, doc="Width of the subnet mask, bits.", source=ROUTES),
        field(
            "destination",
            Bytes((this.prefix_length + 7) // 8),
            format="bytes",
            shown="ipv4 prefix",
            doc="The bytes of the subnet's address that the mask covers.",
            source=ROUTES,
        ),
        field("router", Bytes(4), format="ipv4", source=ROUTES),
    ),
    source=ROUTES,
    doc="A route to a subnet of any width.",
)

USER_CLASS = Record(
    "DHCPUserClassInstance",
    (field("data", Prefixed(Int8ub, GreedyBytes), format="bytes", source="RFC 3004 section 4"),),
    source="RFC 3004 section 4",
    doc="One user class.",
)


def vendor(name: str, doc: str) -> Record:
    """Opaque data by enterprise number."""
    source = "RFC 3925 section 3"
    data = Prefixed(Int8ub, GreedyBytes)
    fields = (
        field("enterprise", Int32ub, doc="IANA enterprise number.", source=source),
        field("data", data, format="bytes", source=source),
    )
    return Record(name, fields, source=source, doc=doc)
