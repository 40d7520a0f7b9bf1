"""RFC 7217, RFC 4291 appendix A, RFC 5453: the host's part of an address."""

import pytest

from wirelab.sim.host.autoconfiguration import interface_identifiers
from wirelab.sim.host.autoconfiguration.interface_identifiers import eui64, is_reserved, stable

PREFIX, OTHER = bytes.fromhex("20010db800000001"), bytes.fromhex("20010db800000002")
SECRET = bytes(range(16))


def test_an_ethernet_address_becomes_a_modified_eui64():
    """RFC 4291 appendix A, its example."""
    assert eui64(bytes.fromhex("3456789abcde")).hex() == "365678fffe9abcde"


def test_a_stable_identifier_depends_on_everything_that_it_is_made_of():
    """RFC 7217 section 5."""
    made = {
        stable(PREFIX, "eth0", 0, SECRET),
        stable(OTHER, "eth0", 0, SECRET),
        stable(PREFIX, "eth1", 0, SECRET),
        stable(PREFIX, "eth0", 1, SECRET),
        stable(PREFIX, "eth0", 0, SECRET[::-1]),
    }
    assert len(made) == 5
    assert {len(one) for one in made} == {8}


def test_a_stable_identifier_stays_the_same():
    """RFC 7217 section 4: on one network, for one interface."""
    assert stable(PREFIX, "eth0", 0, SECRET) == stable(PREFIX, "eth0", 0, SECRET)


@pytest.mark.parametrize(
    ("identifier", "reserved"),
    [
        ("0000000000000000", True),
        ("02005efffe000000", True),
        ("02005efffe005212", True),
        ("02005efffe005213", True),
        ("02005efffe005214", False),
        ("fdffffffffffff7f", False),
        ("fdffffffffffff80", True),
        ("fdffffffffffffff", True),
        ("feffffffffffffff", False),
    ],
)
def test_reserved_identifiers_are_known(identifier, reserved):
    """RFC 5453 section 3, RFC 6543 section 6.1."""
    assert is_reserved(bytes.fromhex(identifier)) is reserved


def test_a_reserved_identifier_is_stepped_over(monkeypatch):
    """RFC 7217 section 5: DAD_Counter is counted on."""
    first = stable(PREFIX, "eth0", 0, SECRET)
    monkeypatch.setattr(interface_identifiers, "is_reserved", lambda one: one == first)
    assert stable(PREFIX, "eth0", 0, SECRET) == stable(PREFIX, "eth0", 1, SECRET)
