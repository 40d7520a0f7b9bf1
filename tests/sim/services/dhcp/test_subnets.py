"""What a server serves, and what is refused."""

import pytest

from wirelab.sim.services.dhcp import DhcpServer, Subnet


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("10.0.0.0",), "give an address and a length"),
        (("10.0.0.1/24",), "host bits"),
        (("10.0.0.0/33",), "give an address and a length"),
        (("10.0.0.0/24", "10.0.0.9", "10.0.0.8"), "ends before it begins"),
        (("10.0.0.0/24", "10.0.1.9", "10.0.1.10"), "10.0.1.9 is no host's address"),
        (("10.0.0.0/24", "10.0.0.9", "10.0.0.255"), "10.0.0.255 is no host's address"),
        (("10.0.0.0/24", "10.0.0.9"), "give both ends"),
    ],
)
def test_a_subnet_that_cannot_be_says_why(arguments, text):
    with pytest.raises(ValueError, match=text):
        Subnet(*arguments)


def test_a_reservation_or_router_elsewhere_is_refused():
    with pytest.raises(ValueError, match="no host's address"):
        Subnet("10.0.0.0/24", reservations={"02:00:00:00:00:01": "10.0.1.1"})
    with pytest.raises(ValueError, match="no host's address"):
        Subnet("10.0.0.0/24", routers=["10.0.1.1"])
    with pytest.raises(ValueError, match="lease time"):
        Subnet("10.0.0.0/24", lease_time=0)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"lease_time": 0.5}, "give whole numbers"),
        ({"lease_time": 2**32, "longest_lease": 2**33}, "at most 4294967295"),
        ({"lease_time": 100, "renewal_time": 90, "rebinding_time": 20}, "must follow one another"),
        ({"lease_time": 100, "rebinding_time": 200}, "must follow one another"),
        (
            {"reservations": {"02:00:00:00:00:01": "10.0.0.7", "02:00:00:00:00:02": "10.0.0.7"}},
            "two reservations are for one address",
        ),
        ({"reservations": {"zz": "10.0.0.7"}}, "'zz' is no MAC address; write six bytes"),
    ],
)
def test_what_no_client_could_use_is_refused(settings, complaint):
    """RFC 2131 section 4.4.5, RFC 2132 section 9.2."""
    with pytest.raises(ValueError, match=complaint):
        Subnet("10.0.0.0/24", **settings)


def test_subnets_of_one_server_do_not_overlap():
    with pytest.raises(ValueError, match=r"<Subnet 10.0.0.0/24> overlaps <Subnet 10.0.0.0/16>"):
        DhcpServer([Subnet("10.0.0.0/24"), Subnet("10.0.0.0/16")])
