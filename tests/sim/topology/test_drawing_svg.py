import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.sim.topology import Topology, TopologyError


def shapes(svg):
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    boxes = [
        tuple(float(one.attrib[key]) for key in ("x", "y", "width", "height"))
        for one in root.iter(f"{space}rect")
    ]
    wires = [
        tuple(map(float, re.findall(r"[\d.]+", one.attrib["d"])))
        for one in root.iter(f"{space}path")
    ]
    return root, boxes, wires


def test_the_svg_shows_every_name_and_address(drawn):
    root, boxes, _ = shapes(drawn.svg())
    text = "".join(root.itertext())
    for word in ("lan", "servers", "isp", "alice", "web", "r1 (router)", "home (NAT)", "10.0.2.3"):
        assert word in text
    assert len(boxes) == 5
    assert drawn._repr_svg_() == drawn.svg()


def test_names_are_escaped():
    topology = Topology("<&>")
    topology.host("a<b>&c", topology.network("x&y", "10.0.0.0/24"))
    root, _, _ = shapes(topology.svg())
    assert "a<b>&c" in "".join(root.itertext())


def test_an_empty_topology_can_be_drawn():
    shapes(Topology("empty").svg())


@st.composite
def topologies(draw):
    count = draw(st.integers(1, 6))
    topology = Topology("any", partitioned=True)
    for number in range(count):
        topology.network(f"n{number}", f"10.{number}.0.0/16")
    names = st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True)
    for number, places in enumerate(draw(st.lists(names, max_size=12))):
        kind = topology.router if len(places) > 1 and draw(st.booleans()) else topology.host
        kind(f"m{number}", *(f"n{place}" for place in places))
    return topology


@settings(max_examples=50)
@given(topologies())
def test_nothing_lies_over_anything_else(topology):
    """Boxes keep clear of each other and of lines that are not theirs."""
    _, boxes, wires = shapes(topology.svg())
    for (x, y, width, height), (left, top, _, _) in combinations(boxes, 2):
        assert abs(x - left) >= width or abs(y - top) >= min(height, 40)
    assert len(boxes) == len(wires) == len(topology.members)
    for number, (x, y, width, height) in enumerate(boxes):
        for other, (at, top, bottom) in enumerate(wires):
            if other == number:
                assert at == x + width / 2
            elif x <= at <= x + width:
                assert bottom <= y or top >= y + height


def test_a_topology_with_problems_is_not_drawn():
    topology = Topology("bad")
    topology.host("lost")
    with pytest.raises(TopologyError, match="host lost is on no network"):
        topology.svg()
