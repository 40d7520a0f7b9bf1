"""What boxes read of packets."""

import pytest

from wirelab.sim.boxes.reading import Kind, read


@pytest.mark.parametrize("later", [True, False])
def test_ports_behind_extension_headers_are_found_and_those_of_later_fragments_are_not(
    packet, later
):
    """RFC 8200 section 4.1: hop-by-hop, destination options, routing, fragment."""
    plain = packet("udp", "[2001:db8::5]:4000 > [2001:db8:1::9]:53")
    udp = plain[40:]
    options = bytes((60, 0, 1, 4, 0, 0, 0, 0)), bytes((44, 1, 1, 12, *bytes(12)))
    fragment = bytes((17, 0)) + (8 if later else 1).to_bytes(2) + bytes(4)
    chain = b"".join(options) + fragment + udp
    extended = plain[:4] + len(chain).to_bytes(2) + b"\0" + plain[7:40] + chain
    reading = read(extended)
    assert reading is not None
    assert reading.kind is (Kind.OTHER if later else Kind.PORTS)
    assert reading.protocol == 17
    assert (reading.source_port, reading.destination_port) == ((0, 0) if later else (4000, 53))


def test_of_what_is_not_even_a_header_nothing_is_read():
    assert read(b"\x45" + bytes(18)) is None
    assert read(b"\x60" + bytes(38)) is None
    assert read(b"\x50" + bytes(59)) is None


def test_the_identifier_of_a_ping_stands_for_its_port(packet):
    request = read(packet("ping", "10.0.0.5:7 > 192.0.2.9:0"))
    reply = read(packet("pong", "192.0.2.9:0 > 10.0.0.5:7"))
    assert request is not None
    assert reply is not None
    assert (request.kind, request.source_port, request.destination_port) == (Kind.QUERY, 7, 0)
    assert (reply.kind, reply.source_port, reply.destination_port) == (Kind.REPLY, 0, 7)
