"""Declaring networks: in Python or TOML, checked, drawn, and built with one call.

>>> from wirelab.sim.topology import Topology
>>> office = Topology("office")
>>> lan = office.network("lan", "10.0.1.0/24")
>>> _ = office.host("alice", lan), office.host("bob", lan.at("10.0.1.20"))
>>> print(office.text())
office: 1 network, 2 hosts
<BLANKLINE>
lan  10.0.1.0/24
├─ alice  10.0.1.1
└─ bob  10.0.1.20
"""

from wirelab.sim.topology.declaration import Topology
from wirelab.sim.topology.model import Attachment, Kind, Member, Segment, TopologyError

__all__ = ["Attachment", "Kind", "Member", "Segment", "Topology", "TopologyError"]
