"""How rules are read, and what is said of texts that are none."""

import pytest

from wirelab.sim.boxes import Action, Direction, read_rule


def test_a_rule_says_what_its_text_says():
    rule = read_rule("reject in on wan tcp from 198.51.100.0/24 port 1024-65535 to port 22,80-81")
    assert rule.action is Action.REJECT
    assert rule.direction is Direction.IN
    assert (rule.interface, rule.protocol) == ("wan", 6)
    assert rule.source is not None
    assert (rule.source.network, rule.source.prefix_length) == (bytes((198, 51, 100, 0)), 24)
    assert rule.source_ports == (range(1024, 65_536),)
    assert rule.destination is None
    assert rule.ports == (range(22, 23), range(80, 82))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the protocol is missing at its end"),
        ("accept in", "the protocol is missing"),
        ("in tpc to port 22", "'tpc' is no protocol: use any, ping, tcp, udp"),
        ("300", "'300' is no protocol"),
        ("tcp from", "an address or a prefix is missing"),
        ("tcp from ten", "ten"),
        ("tcp from 10.0.0.0/33", "'33' is no prefix length from 0 to 32"),
        ("tcp from 2001:db8::/129", "'129' is no prefix length from 0 to 128"),
        ("tcp from 10.0.0.1/", "'' is no prefix length"),
        ("tcp to port", "a port is missing"),
        ("tcp 70000", "'70000' is no port from 0 to 65535"),
        ("tcp 90-80", "'90-80' is no port"),
        ("tcp 80,", "'' is no port"),
        ("tcp port 80", "'port' is not expected there"),
        ("any to port 80", "only tcp, udp and udplite have ports"),
        ("tcp on", "'on' is not expected there"),
        ("on", "the name of an interface is missing"),
    ],
)
def test_a_text_that_is_no_rule_is_refused_with_what_would_be_one(text, complaint):
    with pytest.raises(ValueError, match=r"write \[accept") as refusal:
        read_rule(text)
    assert complaint in str(refusal.value)
