"""What a server serves, and what is refused."""

import pytest

from wirelab.sim.services.dhcp import Subnet


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
