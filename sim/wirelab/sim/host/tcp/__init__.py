"""TCP (RFC 9293) without input and output: segments and calls in, segments and events out.

Start reading at `states` (the diagram), then `tcb` (the RFC's variables), `segment_arrives` (what
a segment does to them, in the RFC's order) and `output` (what is sent, and when). `layer` is what
the host talks to, `connection` and `listen` what an application talks to.
"""
