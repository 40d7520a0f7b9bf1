"""Options of DHCP: RFC 2132 and those that later RFCs defined, with their sub-options."""

from construct import (
    Bytes,
    Construct,
    GreedyBytes,
    GreedyRange,
    Int8ub,
    Int16ub,
    Int32ub,
    Int64ub,
)

from wirelab.codecs.constructs import field
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList
from wirelab.codecs.registries.dhcp import MESSAGE_TYPES, OPTION_CODES, OVERLOADS
from wirelab.codecs.schemas.dhcp_suboptions import (
    CLASSLESS_ROUTE,
    NETWARE_SUBOPTIONS,
    RELAY_SUBOPTIONS,
    ROUTES,
    USER_CLASS,
    vendor,
)
from wirelab.codecs.tlv import TlvStyle

DHCP_STYLE = TlvStyle(counts_head=False, padding=("DHCPPad", 0), end=("DHCPEnd", 255))
RELAY = "RFC 3046 section 2.0"


def _rfc2132(section: str) -> str:
    return section if section.startswith("RFC") else f"RFC 2132 section {section}"


def _option(
    name: str,
    kind: int,
    value: str,
    construct: Construct,
    display: str,
    section: str,
    doc: str,
    **notes: object,
) -> Option:
    """An option of a single field."""
    source = _rfc2132(section)
    display = f"dhcp.option.{display}" if display else ""
    fields = (field(value, construct, display, source=source, **notes),)
    return Option(f"DHCP{name}", kind, fields, source=source, doc=doc)


def _addresses(name: str, kind: int, display: str, section: str, doc: str) -> Option:
    values = GreedyRange(Bytes(4))
    return _option(name, kind, "addresses", values, display, section, doc, format="ipv4")


def _address(name: str, kind: int, display: str, section: str, doc: str) -> Option:
    return _option(name, kind, "address", Bytes(4), display, section, doc, format="ipv4")


def _text(name: str, kind: int, display: str, section: str, doc: str) -> Option:
    return _option(name, kind, "text", GreedyBytes, display, section, doc, format="text")


def _data(name: str, kind: int, display: str, section: str, doc: str) -> Option:
    return _option(name, kind, "data", GreedyBytes, display, section, doc, format="bytes")


def _flag(name: str, kind: int, display: str, section: str, doc: str) -> Option:
    return _option(name, kind, "value", Int8ub, display, section, doc, format="bool")


def _number(name: str, kind: int, bits: int, display: str, section: str, doc: str) -> Option:
    construct = {8: Int8ub, 16: Int16ub, 32: Int32ub}[bits]
    return _option(name, kind, "value", construct, display, section, doc)


def _pairs(
    name: str, kind: int, entry: tuple[str, str, str], display: str, section: str, doc: str
) -> Option:
    """An option that repeats two addresses; `entry`: name of the record, and of its fields."""
    source = _rfc2132(section)
    record = Record(
        f"DHCP{entry[0]}",
        tuple(
            field(one, Bytes(4), f"dhcp.option.{shown}", format="ipv4", source=source)
            for one, shown in zip(entry[1:], display.split(), strict=True)
        ),
        source=source,
        doc=doc,
    )
    return _option(name, kind, "entries", RecordList(record), "", section, doc, format="options")


OPTIONS = (
    _option(
        "MessageType", 53, "value", Int8ub, "dhcp", "9.6", "What kind of message this is.",
        names=MESSAGE_TYPES,
    ),
    _address("SubnetMask", 1, "subnet_mask", "3.3", "Mask of the client's subnet."),
    _number(
        "TimeOffset", 2, 32, "", "3.4",
        "Seconds east of UTC, as two's complement; deprecated (RFC 4833).",
    ),
    _addresses("Router", 3, "router", "3.5", "Routers on the client's subnet."),
    _addresses("TimeServer", 4, "time_server", "3.6", "Servers of RFC 868."),
    _addresses("NameServer", 5, "name_server", "3.7", "Name servers of IEN 116."),
    _addresses("DomainNameServer", 6, "domain_name_server", "3.8", "Name servers of the DNS."),
    _addresses("LogServer", 7, "log_server", "3.9", "MIT-LCS UDP log servers."),
    _addresses("QuotesServer", 8, "quotes_server", "3.10", "Cookie servers of RFC 865."),
    _addresses("LPRServer", 9, "lpr_server", "3.11", "Line printer servers of RFC 1179."),
    _addresses("ImpressServer", 10, "impress_server", "3.12", "Imagen Impress servers."),
    _addresses(
        "ResourceLocationServer", 11, "resource_location_server", "3.13", "Servers of RFC 887."
    ),
    _text("HostName", 12, "hostname", "3.14", "The client's name."),
    _number("BootFileSize", 13, 16, "boot_file_size", "3.15", "Blocks of 512 bytes."),
    _text("MeritDumpFile", 14, "merit_dump_file", "3.16", "Where to dump the core image."),
    _text("DomainName", 15, "domain_name", "3.17", "Domain for resolving names."),
    _address("SwapServer", 16, "swap_server", "3.18", "The client's swap server."),
    _text("RootPath", 17, "root_path", "3.19", "Path of the client's root disk."),
    _text("ExtensionsPath", 18, "extension_path", "3.20", "A file with further options."),
    _flag("IPForwarding", 19, "ip_forwarding", "4.1", "Forward packets."),
    _flag(
        "NonLocalSourceRouting", 20, "non_local_source_routing", "4.2",
        "Forward packets with non-local source routes.",
    ),
    _pairs(
        "PolicyFilter", 21, ("AddressAndMask", "address", "mask"),
        "policy_filter.ip policy_filter.subnet_mask", "4.3",
        "Destinations that source routes may have.",
    ),
    _number(
        "MaximumDatagramReassembly", 22, 16, "max_datagram_reassembly_size", "4.4",
        "Bytes of a datagram that the client should be able to reassemble, at least 576.",
    ),
    _number("DefaultTTL", 23, 8, "default_ip_ttl", "4.5", "Hops; of packets that are sent."),
    _number("PathMTUAgingTimeout", 24, 32, "path_mtu_aging_timeout", "4.6", "Seconds (RFC 1191)."),
    _option(
        "PathMTUPlateauTable", 25, "values", GreedyRange(Int16ub), "path_mtu_plateau_table_item",
        "4.7", "MTUs to try, ascending, in bytes (RFC 1191).",
    ),
    _number("InterfaceMTU", 26, 16, "interface_mtu", "5.1", "Bytes, at least 68."),
    _flag("AllSubnetsLocal", 27, "all_subnets_are_local", "5.2", "All subnets have this MTU."),
    _address("BroadcastAddress", 28, "broadcast_address", "5.3", "Broadcast on the subnet."),
    _flag("PerformMaskDiscovery", 29, "perform_mask_discovery", "5.4", "Ask by ICMP."),
    _flag("MaskSupplier", 30, "mask_supplier", "5.5", "Answer mask requests of ICMP."),
    _flag(
        "PerformRouterDiscovery", 31, "perform_router_discover", "5.6", "Solicit routers."
    ),
    _address(
        "RouterSolicitationAddress", 32, "router_solicitation_address", "5.7",
        "Where to send router solicitations.",
    ),
    _pairs(
        "StaticRoute", 33, ("DestinationAndRouter", "destination", "router"),
        "static_route.ip static_route.router", "5.8",
        "Routes by class of address; see RFC 3442 for others.",
    ),
    _flag("TrailerEncapsulation", 34, "trailer_encapsulation", "6.1", "Negotiate trailers."),
    _number("ARPCacheTimeout", 35, 32, "arp_cache_timeout", "6.2", "Seconds."),
    _flag("EthernetEncapsulation", 36, "ethernet_encapsulation", "6.3", "1: IEEE 802.3."),
    _number("TCPDefaultTTL", 37, 8, "tcp_default_ttl", "7.1", "Hops; of TCP segments."),
    _number("TCPKeepaliveInterval", 38, 32, "tcp_keepalive_interval", "7.2", "Seconds; 0: none."),
    _flag("TCPKeepaliveGarbage", 39, "tcp_keepalive_garbage", "7.3", "Send an octet of garbage."),
    _text("NISDomain", 40, "nis_domain", "8.1", "Domain of Network Information Service."),
    _addresses("NISServer", 41, "nis_server", "8.2", "Servers of that service."),
    _addresses("NTPServer", 42, "ntp_server", "8.3", "Time servers (RFC 5905)."),
    _data("VendorSpecific", 43, "", "8.4", "What the vendor class says it is."),
    _addresses(
        "NetBIOSNameServer", 44, "netbios_over_tcpip_name_server", "8.5", "NBNS servers (RFC 1001)."
    ),
    _addresses(
        "NetBIOSDatagramServer", 45, "netbios_over_tcpip_dd_name_server", "8.6",
        "NBDD servers (RFC 1001).",
    ),
    _number(
        "NetBIOSNodeType", 46, 8, "netbios_over_tcpip_node_type", "8.7",
        "1 B-node, 2 P-node, 4 M-node, 8 H-node.",
    ),
    _text("NetBIOSScope", 47, "netbios_over_tcpip_scope", "8.8", "Scope of names (RFC 1001)."),
    _addresses("XWindowFontServer", 48, "xwindows_system_font_server", "8.9", "Font servers."),
    _addresses(
        "XWindowDisplayManager", 49, "xwindows_system_display_manager", "8.10", "XDM systems."
    ),
    _address("RequestedAddress", 50, "requested_ip_address", "9.1", "What the client asks for."),
    _number("LeaseTime", 51, 32, "ip_address_lease_time", "9.2", "Seconds; 2**32 - 1: for ever."),
    _option(
        "OptionOverload", 52, "value", Int8ub, "option_overload", "9.3",
        "Which header fields hold options, too.", names=OVERLOADS,
    ),
    _address("ServerIdentifier", 54, "dhcp_server_id", "9.7", "The server that is meant."),
    _option(
        "ParameterRequestList", 55, "codes", GreedyRange(Int8ub), "request_list_item", "9.8",
        "Options that the client wants.", names=OPTION_CODES,
    ),
    _text("Message", 56, "message", "9.9", "Why a server refused, or a client declined."),
    _number(
        "MaximumMessageSize", 57, 16, "dhcp_max_message_size", "9.10",
        "Bytes that the client takes, at least 576.",
    ),
    _number("RenewalTime", 58, 32, "renewal_time_value", "9.11", "T1, seconds."),
    _number("RebindingTime", 59, 32, "rebinding_time_value", "9.12", "T2, seconds."),
    Option(
        "DHCPVendorClass",
        60,
        (
            field(
                "text",
                GreedyBytes,
                "dhcp.option.vendor_class_id",
                format="text",
                source="RFC 2132 section 9.13",
            ),
        ),
        source="RFC 2132 section 9.13",
        doc="Vendor and configuration of the client.",
    ),
    Option(
        "DHCPClientIdentifier",
        61,
        (
            field(
                "hardware_type",
                Int8ub,
                "",
                doc="As in ARP; 0: no hardware address; 255: RFC 4361.",
                source="RFC 2132 section 9.14",
            ),
            field("identifier", GreedyBytes, format="bytes", source="RFC 2132 section 9.14"),
        ),
        source="RFC 2132 section 9.14",
        doc="What the client is known by.",
    ),
    _text("NetWareIPDomain", 62, "", "RFC 2242 section 2", "Domain name."),
    _option(
        "NetWareIPInformation", 63, "suboptions", NETWARE_SUBOPTIONS, "", "RFC 2242 section 3",
        "Parameters of NetWare/IP.", format="options",
    ),
    _text("NISPlusDomain", 64, "nis_plus_domain", "8.11", "Domain of NIS+."),
    _addresses("NISPlusServer", 65, "nis_plus_server", "8.12", "Servers of NIS+."),
    _text("TFTPServerName", 66, "tftp_server_name", "9.4", "What stands in `sname` otherwise."),
    _text("BootFileName", 67, "bootfile_name", "9.5", "What stands in `file` otherwise."),
    _addresses("MobileIPHomeAgent", 68, "mobile_ip_home_agent", "8.13", "Home agents."),
    _addresses("SMTPServer", 69, "smtp_server", "8.14", "Mail servers."),
    _addresses("POP3Server", 70, "pop3_server", "8.15", "Mailbox servers."),
    _addresses("NNTPServer", 71, "nntp_server", "8.16", "News servers."),
    _addresses("WWWServer", 72, "default_www_server", "8.17", "Web servers."),
    _addresses("FingerServer", 73, "default_finger_server", "8.18", "Finger servers."),
    _addresses("IRCServer", 74, "default_irc_server", "8.19", "Chat servers."),
    _addresses("StreetTalkServer", 75, "streettalk_server", "8.20", "StreetTalk servers."),
    _addresses("StreetTalkDirectoryServer", 76, "streettalk_da_server", "8.21", "STDA servers."),
    _option(
        "UserClass", 77, "classes", RecordList(USER_CLASS), "", "RFC 3004 section 4",
        "Classes that the client counts itself among.", format="options",
    ),
    Option(
        "DHCPRapidCommit",
        80,
        source="RFC 4039 section 4",
        doc="Two messages instead of four.",
    ),
    Option(
        "DHCPClientFQDN",
        81,
        (
            field("flags", Int8ub, "dhcp.fqdn.flags", format="hex", source="RFC 4702 section 2.1"),
            field("rcode1", Int8ub, "dhcp.fqdn.rcode1", default=0, source="RFC 4702 section 2.2"),
            field("rcode2", Int8ub, "dhcp.fqdn.rcode2", default=0, source="RFC 4702 section 2.2"),
            field(
                "name", GreedyBytes, "dhcp.fqdn.name", format="text", source="RFC 4702 section 2.3"
            ),
        ),
        source="RFC 4702 section 2",
        doc="The client's full name, and who updates the DNS.",
    ),
    _option(
        "RelayAgentInformation", 82, "suboptions", RELAY_SUBOPTIONS, "", RELAY,
        "What a relay agent knows of the client.", format="options",
    ),
    _addresses("NDSServer", 85, "novell_dss.ip", "RFC 2241 section 2", "NDS servers."),
    _text("NDSTreeName", 86, "novell_ds_tree_name", "RFC 2241 section 3", "Name of the NDS tree."),
    _text("NDSContext", 87, "novell_ds_context", "RFC 2241 section 4", "Initial NDS context."),
    Option(
        "DHCPAuthentication",
        90,
        (
            field("protocol", Int8ub, source="RFC 3118 section 2"),
            field("algorithm", Int8ub, source="RFC 3118 section 2"),
            field("replay_detection_method", Int8ub, source="RFC 3118 section 2"),
            field("replay_detection", Int64ub, source="RFC 3118 section 2"),
            field("information", GreedyBytes, format="bytes", source="RFC 3118 section 2"),
        ),
        source="RFC 3118 section 2",
        doc="Authenticates the message.",
    ),
    _number(
        "ClientLastTransactionTime", 91, 32, "client_last_transaction_time",
        "RFC 4388 section 6.1", "Seconds since the client was heard of.",
    ),
    _addresses(
        "AssociatedAddress", 92, "associated_ip_option", "RFC 4388 section 6.1",
        "Addresses that a client has been given.",
    ),
    _option(
        "ClientArchitecture", 93, "values", GreedyRange(Int16ub), "client_system_architecture",
        "RFC 4578 section 2.1", "Architectures that a boot file may be for.",
    ),
    Option(
        "DHCPClientNetworkInterface",
        94,
        (
            field("type", Int8ub, default=1, doc="1: UNDI.", source="RFC 4578 section 2.2"),
            field("major_version", Int8ub, source="RFC 4578 section 2.2"),
            field("minor_version", Int8ub, source="RFC 4578 section 2.2"),
        ),
        source="RFC 4578 section 2.2",
        doc="Network interface that boot code sees.",
    ),
    Option(
        "DHCPClientMachineIdentifier",
        97,
        (
            field("type", Int8ub, default=0, doc="0: a UUID.", source="RFC 4578 section 2.3"),
            field("identifier", GreedyBytes, format="bytes", source="RFC 4578 section 2.3"),
        ),
        source="RFC 4578 section 2.3",
        doc="What the machine is known by.",
    ),
    _text("PosixTimezone", 100, "tz_pcode", "RFC 4833 section 2", "A TZ string."),
    _text("TimezoneName", 101, "tz_tcode", "RFC 4833 section 2", "A name of the tz database."),
    _number(
        "IPv6OnlyPreferred", 108, 32, "", "RFC 8925 section 3.1",
        "Seconds that the client should do without IPv4.",
    ),
    _text("CaptivePortal", 114, "captive_portal", "RFC 8910 section 2.1", "URI of its API."),
    _number(
        "AutoConfigure", 116, 8, "dhcp_auto_configuration", "RFC 2563 section 2",
        "0: do not make up a link-local address.",
    ),
    _option(
        "NameServiceSearch", 117, "codes", GreedyRange(Int16ub), "", "RFC 2937",
        "Name services in the order of their use, as option codes.",
    ),
    _address(
        "SubnetSelection", 118, "subnet_selection_option", "RFC 3011 section 2",
        "The subnet to take an address from.",
    ),
    _option(
        "DomainSearch", 119, "data", GreedyBytes, "", "RFC 3397 section 2",
        "Domains to search, which may be compressed; `names` are they.", format="bytes",
        shown="compressed names",
    ),
    _option(
        "ClasslessStaticRoute", 121, "routes", RecordList(CLASSLESS_ROUTE), "", ROUTES,
        "Routes; they replace routers and static routes.", format="options",
    ),
    _option(
        "VendorIdentifyingClass", 124, "entries",
        RecordList(vendor("DHCPVendorClassEntry", "The class of one vendor.")), "",
        "RFC 3925 section 3", "Vendor classes by enterprise.", format="options",
    ),
    _option(
        "VendorIdentifyingInformation", 125, "entries",
        RecordList(vendor("DHCPVendorInformationEntry", "The options of one vendor.")), "",
        "RFC 3925 section 4", "Vendor options by enterprise.", format="options",
    ),
    _addresses(
        "TFTPServerAddress", 150, "tftp_server_address", "RFC 5859 section 3", "TFTP servers."
    ),
)  # fmt: skip

DHCP_OPTIONS = OptionList(None, OPTIONS, style=DHCP_STYLE, name="dhcp_options.DHCPOption")
