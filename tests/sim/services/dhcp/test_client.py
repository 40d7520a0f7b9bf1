"""The client's states, against our server and against silence."""

from itertools import pairwise

import pytest

from wirelab.codecs import DHCP
from wirelab.codecs.addresses import AddressError
from wirelab.codecs.dhcp_messages import effective_options
from wirelab.codecs.protocols.dhcp_options import (
    DHCPClientIdentifier,
    DHCPHostName,
    DHCPMessageType,
    DHCPRequestedAddress,
)
from wirelab.sim import Network
from wirelab.sim.host.durations import SECOND
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, State, Subnet
from wirelab.sim.services.dhcp.messages import NAMES

FIRST = bytes([10, 0, 0, 100])


def messages(home, sender="phone"):
    """Time in s, kind, destination and header of each DHCP message that was sent."""
    found = []
    for record in home.net.trace.frames():
        data = record.data
        if record.sender != sender or data[23:24] != b"\x11" or data[12:14] != b"\x08\x00":
            continue
        header = DHCP.parse(data, 42)
        kind = next(o.value for o in effective_options(header) if isinstance(o, DHCPMessageType))
        found.append((record.sent_at / SECOND, NAMES[kind], data[30:34], header))
    return found


def kinds(home):
    return [kind for _, kind, _, _ in messages(home)]


# --- getting a lease


def test_a_host_without_an_address_gets_one_with_routes_and_name_servers(home):
    """RFC 2131 section 3.1, figure 5; 1122-3.2.2.9-a: the mask comes with the lease."""
    client = home.bound()
    assert home.states == ["INIT", "SELECTING", "REQUESTING", "BOUND"]
    interface = home.phone.interfaces[0]
    assert (interface.address, interface.prefix_length) == (FIRST, 24)
    assert home.phone.name_servers.servers == (bytes([10, 0, 0, 1]),)
    assert [route.gateway for route in home.phone.routes] == [None, bytes([10, 0, 0, 1])]
    assert repr(client) == "<DhcpClient BOUND <Lease 10.0.0.100/24 from 10.0.0.1, 3600 s>>"


def test_it_says_who_it_is_and_asks_for_broadcast_answers(home):
    """RFC 2131 section 4.1 (the B flag), RFC 2132 sections 9.14 and 3.14."""
    home.bound()
    for _, _, destination, header in messages(home):
        options = effective_options(header)
        assert (destination, header.broadcast) == (b"\xff" * 4, True)
        assert DHCPClientIdentifier(1, home.phone.interfaces[0].mac) in options
        assert DHCPHostName("phone") in options


def test_a_message_is_repeated_after_4_8_16_32_64_seconds_more_or_less_one(home):
    """RFC 2131 section 4.1."""
    home.box.stop(home.server, 0)
    home.client()
    home.net.run_until("200s")
    times = [at for at, _, _, _ in messages(home)]
    gaps = [after - before for before, after in pairwise(times)]
    assert len(gaps) == 6
    for gap, wanted in zip(gaps, (4, 8, 16, 32, 64, 64), strict=True):
        assert wanted - 1 <= gap <= wanted + 1
    assert len({gap % 1 for gap in gaps}) > 3  # they are random
    assert [header.seconds for *_, header in messages(home)] == [int(at) for at in times]


def test_a_start_delay_spreads_hosts_over_its_range(make_home):
    """RFC 2131 section 4.4.1: 1 to 10 s."""
    starts = []
    for seed in range(5):
        home = make_home(seed=seed)
        home.client(start_delay=10 * SECOND)
        home.net.run_until("11s")
        starts.append(messages(home)[0][0])
    assert len(set(starts)) == 5
    assert all(0 <= start <= 10 for start in starts)


def test_a_server_that_offers_and_is_gone_makes_it_begin_anew(home):
    """RFC 2131 section 3.1 (5)."""
    client = home.client()
    home.net.run_until(lambda: client.state is State.REQUESTING)
    home.box.stop(home.server, home.net.now)
    home.net.run_until("120s")
    assert kinds(home)[:6] == ["DISCOVER", *["REQUEST"] * 4, "DISCOVER"]
    assert client.lease is None or client.state is not State.BOUND


def test_a_lost_acknowledgment_is_asked_for_again(home):
    """RFC 2131 section 3.1 (5)."""
    client = home.client()
    home.net.run_until(lambda: client.state is State.REQUESTING)
    home.link.partition()
    home.net.run_for("2s")
    home.link.heal()
    home.net.run_until(lambda: client.state is State.BOUND)
    assert kinds(home) == ["DISCOVER", "REQUEST", "REQUEST"]


# --- keeping it


def test_at_t1_the_lease_is_renewed_with_its_server_by_unicast(home):
    """RFC 2131 section 4.4.5."""
    client = home.bound()
    granted = client.lease.granted_at
    home.net.run_until("1801s")
    at, kind, destination, header = messages(home)[-1]
    assert (kind, destination) == ("REQUEST", bytes([10, 0, 0, 1]))
    assert at == pytest.approx(1800, abs=1)
    assert (header.client_address, header.broadcast) == (FIRST, False)
    assert not any(isinstance(o, DHCPRequestedAddress) for o in effective_options(header))
    assert client.lease.granted_at > granted
    assert client.state is State.BOUND


def test_without_an_answer_it_asks_all_from_t2_on_and_then_stops_using_the_address(home):
    """RFC 2131 section 4.4.5: half of what is left, at least 60 s, between two requests."""
    client = home.bound()
    home.box.stop(home.server, home.net.now)
    asked = len(messages(home))
    home.net.run_until("3601s")
    times = [(round(at), d == b"\xff" * 4) for at, _, d, _ in messages(home)[asked:]]
    unicast = [at for at, everybody in times if not everybody]
    broadcast = [at for at, everybody in times if everybody]
    assert unicast == [1800, 2475, 2813, 2981, 3066, 3126]
    assert broadcast[:5] == [3150, 3375, 3488, 3548, 3600]
    assert client.state in (State.INIT, State.SELECTING)
    assert home.phone.interfaces[0].address == bytes(4)
    assert home.phone.routes == []
    assert home.phone.name_servers.servers == ()
    assert home.states[-4:] == ["RENEWING", "REBINDING", "INIT", "SELECTING"]


def test_another_server_may_extend_it_while_rebinding(home):
    """RFC 2131 section 4.4.5."""
    client = home.bound()
    home.box.stop(home.server, home.net.now)
    home.net.run_until("3140s")
    other = DhcpServer([home.subnet], ping=False)
    home.box.start(other, home.net.now)
    home.net.run_until("3160s")
    assert client.state is State.BOUND
    assert client.lease.expires_at > 6700 * SECOND


def test_a_refusal_while_renewing_ends_the_use_at_once(home):
    """RFC 2131 section 4.4.5: NAK."""
    client = home.bound()
    home.box.stop(home.server, home.net.now)
    home.box.start(DhcpServer([Subnet("10.0.0.0/24", "10.0.0.200", "10.0.0.201")], ping=False), 0)
    home.net.run_until("1810s")
    assert client.lease.address == bytes([10, 0, 0, 200])
    assert home.phone.interfaces[0].ipv4[0].address == bytes([10, 0, 0, 200])
    assert len(home.phone.interfaces[0].ipv4) == 1


def test_renewing_by_hand_extends_the_lease(home):
    client = home.bound()
    home.net.run_until("100s")
    client.renew(home.net.now)
    home.net.run_for("1s")
    assert client.lease.expires_at == pytest.approx(3700 * SECOND, abs=SECOND)


def test_a_lease_for_ever_is_never_renewed(make_home):
    """RFC 2131 section 3.3: 0xffffffff."""
    home = make_home(lease_time=0xFFFF_FFFF, longest_lease=0xFFFF_FFFF)
    client = home.bound()
    assert client.lease.seconds is None
    assert home.phone.poll_at() is None or home.phone.poll_at() < 1e6 * SECOND
    home.net.run_until(10**6 * SECOND)
    assert kinds(home) == ["DISCOVER", "REQUEST"]


# --- giving it back


def test_release_tells_the_server_and_cleans_up(home):
    """RFC 2131 section 4.4.6."""
    client = home.bound()
    client.release(home.net.now)
    home.net.run_for("1s")
    assert kinds(home)[-1] == "RELEASE"
    assert [binding.state.value for binding in home.server.bindings] == ["RELEASED"]
    assert home.phone.interfaces[0].ipv4 == []
    assert client.state is State.STOPPED


def test_stop_takes_everything_back_without_a_word(make_home):
    home = make_home(mtu=1400, routes={"10.7.0.0/16": "10.0.0.2"})
    client = home.bound()
    assert home.phone.interfaces[0].mtu == 1400
    assert [route.prefix_length for route in home.phone.routes] == [24, 16, 0]
    home.phone.stop(client, home.net.now)
    home.net.run_for("1s")
    assert kinds(home) == ["DISCOVER", "REQUEST"]
    assert home.phone.interfaces[0].mtu == 1500
    assert home.phone.routes == []


# --- after a reboot


def test_a_remembered_lease_is_asked_for_at_once(home):
    """RFC 2131 section 3.2: INIT-REBOOT."""
    client = home.bound()
    lease = client.lease
    home.phone.stop(client, home.net.now)
    again = home.bound(remembered=lease)
    assert home.states[-3:] == ["INIT-REBOOT", "REBOOTING", "BOUND"]
    assert kinds(home) == ["DISCOVER", "REQUEST", "REQUEST"]
    assert again.lease.address == lease.address


def test_a_remembered_address_that_is_wrong_here_is_refused_and_forgotten(home):
    """RFC 2131 section 3.2 (4): NAK, and all begins anew."""
    client = home.bound(remembered=bytes([192, 0, 2, 1]))
    assert kinds(home) == ["REQUEST", "DISCOVER", "REQUEST"]
    assert client.lease.address == FIRST


def test_without_an_answer_a_remembered_lease_is_used_until_it_is_over(home):
    """RFC 2131 section 3.2 (3)."""
    lease = home.bound().lease
    home.phone.stop(home.phone.services[0], home.net.now)
    home.box.stop(home.server, home.net.now)
    client = home.bound(remembered=lease)
    assert client.lease is lease
    home.net.run_until("3700s")
    assert home.phone.interfaces[0].ipv4 == []


# --- parameters alone


def test_inform_fetches_parameters_for_an_address_that_is_there(home):
    """RFC 2131 section 4.4.3."""
    home.phone.add_address(bytes([10, 0, 0, 9]), 24, 0)
    client = home.bound(inform=True)
    assert kinds(home) == ["INFORM"]
    assert client.lease.seconds is None
    assert home.phone.name_servers.servers == (bytes([10, 0, 0, 1]),)
    assert [binding.address for binding in home.server.bindings] == []
    home.phone.stop(client, home.net.now)
    assert home.phone.interfaces[0].address == bytes([10, 0, 0, 9])


# --- two clients


def test_twenty_phones_get_twenty_addresses(make_home):
    home = make_home()
    net = home.net
    lan = net.switch("lan")
    box = net.host("server", "10.1.0.1/24")
    net.link(box, lan)
    box.start(DhcpServer([Subnet("10.1.0.0/24", "10.1.0.10", "10.1.0.29")]), 0)
    phones = [net.host(f"phone{number}", "0.0.0.0") for number in range(20)]
    clients = []
    for phone in phones:
        net.link(phone, lan)
        clients.append(DhcpClient(probe=False))
        phone.start(clients[-1], net.now)
    assert net.run_until(lambda: all(client.state is State.BOUND for client in clients))
    assert len({client.lease.address for client in clients if client.lease}) == 20
    net.check()


# --- the address is probed


def address_of(client):
    return client.lease.address


def squatter(home, address):
    """A third host that has an address of the pool already; all on one switch."""
    net = home.net
    lan = net.switch("lan")
    box, phone = net.host("server", "10.1.0.1/24"), net.host("tablet", "0.0.0.0")
    other = net.host("squatter", address)
    for host in (box, phone, other):
        net.link(host, lan)
    server = DhcpServer([Subnet("10.1.0.0/24", "10.1.0.10", "10.1.0.19")], ping=False)
    box.start(server, 0)
    return server, phone, other


def test_an_address_that_is_free_is_probed_and_announced_before_it_is_used(home):
    """RFC 2131 section 4.4.1, RFC 5227 sections 2.1.1 and 2.3."""
    client = home.client(probe=True)
    assert home.net.run_until(lambda: client.state is State.CHECKING)
    assert home.phone.interfaces[0].ipv4 == []
    home.net.run_until(lambda: client.state is State.BOUND)
    assert 3 * SECOND < home.net.now < 8 * SECOND
    arps = [
        r.data
        for r in home.net.trace.frames()
        if r.sender == "phone" and r.data[12:14] == b"\x08\x06"
    ]
    assert [data[28:32] for data in arps] == [bytes(4)] * 3 + [FIRST]


def test_an_address_that_somebody_has_is_declined_and_another_asked_for_after_ten_seconds(home):
    """RFC 2131 section 4.4.1, RFC 5227 section 2.1.1."""
    server, phone, _ = squatter(home, "10.1.0.10/24")
    client = DhcpClient()
    phone.start(client, 0)
    assert home.net.run_until(lambda: client.state is State.BOUND)
    assert address_of(client) == bytes([10, 1, 0, 11])
    assert home.net.now > 10 * SECOND
    states = {binding.address[3]: binding.state.value for binding in server.bindings}
    assert states == {10: "ABANDONED", 11: "LEASED"}
    home.net.check()


def test_an_address_that_another_insists_on_is_declined(home):
    """RFC 5227 section 2.4 (b): defended once; then it is given up."""
    server, phone, other = squatter(home, "10.1.0.200/24")
    net = home.net
    client = DhcpClient()
    phone.start(client, 0)
    assert net.run_until(lambda: client.state is State.BOUND)
    other.remove_address(other.interfaces[0].address, net.now)
    other.add_address(address_of(client), 24, net.now)
    net.run_for("5s")
    for _ in range(2):
        other.announce(net.now)
        net.run_for("1s")
    assert client.state.value == "INIT"
    assert phone.interfaces[0].ipv4 == []
    assert [binding.state.value for binding in server.bindings] == ["ABANDONED"]
    net.run_until(lambda: client.state is State.BOUND)
    assert address_of(client) == bytes([10, 1, 0, 11])


def test_each_interface_has_a_client_of_its_own():
    """RFC 2131 section 4.1: one transaction does not hear the other's answers."""
    net = Network(seed=2)
    phone = net.host("phone", ["0.0.0.0", "0.0.0.0"])
    clients = [DhcpClient(index, probe=False) for index in range(2)]
    for index in range(2):
        box = net.host(f"box{index}", f"10.{index}.0.1/24")
        net.link(box, phone)
        subnet = Subnet(f"10.{index}.0.0/24", f"10.{index}.0.5", f"10.{index}.0.9")
        box.start(DhcpServer([subnet], ping=False), 0)
        phone.start(clients[index], 0)
    assert net.run_until(lambda: all(one.state is State.BOUND for one in clients))
    assert [one.address for one in phone.interfaces] == [bytes([10, 0, 0, 5]), bytes([10, 1, 0, 5])]
    net.check()


def test_a_client_of_an_interface_that_is_not_there_is_refused():
    host = Network(seed=1).host("lonely", "0.0.0.0")
    with pytest.raises(ValueError, match="interface 3; lonely has 1, from 0 on"):
        host.start(DhcpClient(3), 0)


def test_a_remembered_address_may_be_text():
    with pytest.raises(AddressError):
        DhcpClient(remembered="10.0.0")
    assert repr(DhcpClient(remembered="10.0.0.7")) == "<DhcpClient STOPPED>"
