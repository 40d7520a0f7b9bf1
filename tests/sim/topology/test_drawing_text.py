from wirelab.sim.topology import Topology

UNICODE = """\
office: 3 networks, 2 routers, 1 NAT, 2 hosts

lan  10.0.1.0/24  2001:db8:1::/64
├─ alice  10.0.1.4  2001:db8:1::4
├─ r1 (router)  10.0.1.1  2001:db8:1::1
│  └─ servers  10.0.2.0/24  2ms  loss 1%  (r1: 10.0.2.1)
│     ├─ web  10.0.2.3
│     └─ r2 (router)  10.0.2.2
│        └─ lan, see above  10.0.1.2  2001:db8:1::2
├─ r2 (router)  10.0.1.2  2001:db8:1::2
│  └─ servers, see above  10.0.2.2
└─ home (NAT)  10.0.1.3  2001:db8:1::3
   └─ isp  198.51.100.0/24  10Mbit  mtu 1400  (home: 198.51.100.1)"""


def test_the_text_shows_every_network_and_machine(drawn):
    assert drawn.text() == UNICODE


def test_it_can_do_without_box_characters(drawn):
    table = str.maketrans({"├": "|", "└": "`", "│": "|", "─": "-"})
    assert drawn.text(ascii=True) == UNICODE.translate(table)


def test_an_empty_topology_can_be_drawn():
    assert Topology("empty").text() == "empty: 0 networks"
