"""How the settings of a NAT are written."""

import pytest

from wirelab.sim.boxes.nat_config import Dependence
from wirelab.sim.boxes.nat_text import read_dependence, read_forwarded_port


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("endpoint-independent", Dependence.ENDPOINT_INDEPENDENT),
        ("address-dependent", Dependence.ADDRESS_DEPENDENT),
        ("address-and-port-dependent", Dependence.ADDRESS_AND_PORT_DEPENDENT),
        ("symmetric", Dependence.ADDRESS_AND_PORT_DEPENDENT),
        ("port-restricted", Dependence.ADDRESS_AND_PORT_DEPENDENT),
    ],
)
def test_a_behaviour_is_written_as_in_rfc_4787_or_as_people_say(text, meaning):
    assert read_dependence(text) is meaning


def test_an_unknown_behaviour_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'full cone': use one of endpoint-independent"):
        read_dependence("full cone")


def test_a_forwarded_port_says_where_it_leads():
    assert read_forwarded_port("udp 53 to 10.0.0.7") == ("udp", 53, bytes((10, 0, 0, 7)), 53)
    assert read_forwarded_port("tcp 8080 to 10.0.0.7 port 80")[3] == 80


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the protocol is missing"),
        ("gre 5 to 10.0.0.7", "'gre' is none of tcp, udp, udplite"),
        ("tcp http to 10.0.0.7", "'http' is no port from 0 to 65535"),
        ("tcp 0 to 10.0.0.7", "port 0 belongs to nobody"),
        ("tcp 80 10.0.0.7", "'to' is missing"),
        ("tcp 80 to 2001:db8::1", "only one IPv4 address"),
        ("tcp 80 to 10.0.0.0/24", "only one IPv4 address"),
        ("tcp 80 to 10.0.0.7 port", "port is missing"),
        ("tcp 80 to 10.0.0.7 80", "'80' is not expected there"),
    ],
)
def test_what_says_no_forwarded_port_is_refused(text, complaint):
    with pytest.raises(ValueError, match=r"write tcp\|udp\|udplite PORT to") as refusal:
        read_forwarded_port(text)
    assert complaint in str(refusal.value)
