"""DHCP's fields against tshark's."""

from wirelab.codecs import (
    DHCP,
    UDP,
    DHCPAddressAndMask,
    DHCPBootFileName,
    DHCPClasslessRoute,
    DHCPClasslessStaticRoute,
    DHCPClientFQDN,
    DHCPClientIdentifier,
    DHCPDefaultTTL,
    DHCPDestinationAndRouter,
    DHCPDomainName,
    DHCPDomainNameServer,
    DHCPEnd,
    DHCPHostName,
    DHCPInterfaceMTU,
    DHCPIPForwarding,
    DHCPLeaseTime,
    DHCPMaximumMessageSize,
    DHCPMessage,
    DHCPMessageType,
    DHCPNetBIOSNodeType,
    DHCPNetWareIPDomain,
    DHCPNetWareIPInformation,
    DHCPNTPServer,
    DHCPPad,
    DHCPParameterRequestList,
    DHCPPathMTUPlateauTable,
    DHCPPolicyFilter,
    DHCPRapidCommit,
    DHCPRebindingTime,
    DHCPRelayAgentInformation,
    DHCPRelayCircuitIdentifier,
    DHCPRelayLinkSelection,
    DHCPRelayRemoteIdentifier,
    DHCPRenewalTime,
    DHCPRouter,
    DHCPServerIdentifier,
    DHCPStaticRoute,
    DHCPSubnetMask,
    DHCPTFTPServerName,
    DHCPTimeOffset,
    DHCPUserClass,
    DHCPUserClassInstance,
    DHCPVendorClass,
    DHCPVendorSpecific,
    Ethernet,
    IPv4,
    NetWareIPAutoRetries,
    NetWareIPExistsInOptionsArea,
    NetWareIPPrimaryDSS,
    Option,
    UnknownOption,
)
from wirelab.codecs.dhcp_messages import domain_search

OPTIONS: list[list[Option]] = [
    [
        DHCPMessageType(1),
        DHCPClientIdentifier(1, b"\2\0\0\0\0\1"),
        DHCPHostName("pc"),
        DHCPParameterRequestList([1, 3, 6, 15, 121]),
        DHCPEnd(),
    ],
    [
        DHCPMessageType(2),
        DHCPSubnetMask("255.255.255.0"),
        DHCPRouter(["10.0.0.1", "10.0.0.2"]),
        DHCPDomainNameServer(["10.0.0.3"]),
        DHCPLeaseTime(3600),
        DHCPRenewalTime(1800),
        DHCPRebindingTime(3150),
        DHCPServerIdentifier("10.0.0.1"),
        DHCPDomainName("example.com"),
        DHCPEnd(),
    ],
    [
        DHCPMessageType(5),
        DHCPTimeOffset(0xFFFFF1F0),
        DHCPStaticRoute([DHCPDestinationAndRouter("10.1.0.1", "10.0.0.1")]),
        DHCPClasslessStaticRoute([DHCPClasslessRoute(24, b"\n\0\1", "10.0.0.1")]),
        DHCPInterfaceMTU(1400),
        DHCPIPForwarding(1),
        DHCPDefaultTTL(64),
        DHCPEnd(bytes(5)),
    ],
    [
        DHCPMessageType(3),
        DHCPRelayAgentInformation(
            [
                DHCPRelayCircuitIdentifier(b"eth0"),
                DHCPRelayRemoteIdentifier(b"\xab\xcd"),
                DHCPRelayLinkSelection("10.0.0.0"),
            ]
        ),
        DHCPEnd(),
    ],
    [
        DHCPMessageType(3),
        DHCPNetWareIPDomain("nw"),
        DHCPNetWareIPInformation(
            [
                NetWareIPExistsInOptionsArea(),
                NetWareIPAutoRetries(3),
                NetWareIPPrimaryDSS("10.0.0.1"),
            ]
        ),
        DHCPPad(),
        DHCPPad(),
        DHCPEnd(),
    ],
    [
        DHCPMessageType(8),
        DHCPVendorClass("MSFT 5.0"),
        DHCPMaximumMessageSize(1500),
        DHCPMessage("why"),
        UnknownOption(224, b"abc"),
        DHCPRapidCommit(),
        DHCPEnd(),
    ],
    [
        DHCPMessageType(6),
        DHCPUserClass([DHCPUserClassInstance(b"abc")]),
        domain_search(["a.example", "b.example"]),
        DHCPClientFQDN(0, "pc"),
        DHCPEnd(),
    ],
    [
        DHCPMessageType(5),
        DHCPPathMTUPlateauTable([68, 296]),
        DHCPPolicyFilter([DHCPAddressAndMask("10.0.0.0", "255.0.0.0")]),
        DHCPNTPServer(["10.0.0.4"]),
        DHCPVendorSpecific(b"\1\2ab"),
        DHCPTFTPServerName("boot"),
        DHCPBootFileName("x"),
        DHCPNetBIOSNodeType(8),
        DHCPEnd(),
    ],
]


def base():
    """Each message as a request and as a reply."""
    for number, options in enumerate(OPTIONS):
        request = DHCP(
            transaction_id=number, client_hardware_address="02:00:00:00:00:01", options=options
        )
        reply = request.replace(
            operation=2,
            your_address="10.0.0.9",
            server_name="boot",
            file="image",
            seconds=3,
            broadcast=True,
        )
        ethernet = Ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:01")
        network = IPv4(source="10.0.0.1", destination="255.255.255.255")
        yield bytes(ethernet / network / UDP(68, 67) / request)
        yield bytes(ethernet / network / UDP(67, 68) / reply)


def test_every_field_of_dhcp_is_what_tshark_prints(variations, oracle):
    """RFC 2131 section 2; RFC 2132."""
    # Damaged and cut messages: Wireshark shows the half of an option that we take for malformed;
    # and a message that an ICMP error quotes in part is data for it.
    without = ("mangled", "cut", "lying", "quotes")
    frames = variations(base(), count=420, without=without)
    compared = oracle("dhcp", frames)
    assert {"dhcp.option.router", "dhcp.fqdn.name", "dhcp.file"} <= compared.filled
