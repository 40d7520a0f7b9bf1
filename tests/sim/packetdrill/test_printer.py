"""A tree as text again."""

import pytest

from wirelab.sim.packetdrill.parser import parse_script
from wirelab.sim.packetdrill.printer import script_text

SCRIPT = """\
--define=CC="reno"
--tolerance_usecs=10000
--comment="two words"
`../common/defaults.sh`
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, "reno\\n\\x80\\"", 4) = 0
+0.1...0.5 accept(3, ..., ...) = 4
+0 connect(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 \
EINPROGRESS (Operation now in progress)
+0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)
+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=0}], 1, 0) = 1
+0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0}, a = 1) = 10
+0 f({(label 5, tc 0, [S], ttl 6) (label 6, tc 1, ttl 7)}, "a"..., [], -1) = ...
* > [ecn ect01, ttl 64] P. 1:1001(1000) ack 1 <...>
+0.3~+0.31 > . 1:1(0) ack 1 win 5 urg 2 <nop,nop,sack 1:2 3:4>
0.1~0.2 > [dscp 0x12] .5 7:8(1)! <TS val ... ecr 7!,nop,nop>
+0 < [tos 0x3] 53 > 8080 SEWA 0:0(0) win 9 <mss 1460,sackOK,wscale 7,eol,FO abcd,FOEXP,FO 12>
+0 < [ect0] - ...(3) win 1 <md5 valid,AccECN0 ee0b 1 eceb 2,exp-AccECN1,exp-tarr 4,exp-tarr>
+0 > F 1:1(0) /udp(1 > 2)
+0 > S 1:1(0) <md5 0001,md5 invalid,mp_capable v1 [a, b]>
+0 < icmp unreachable frag_needed mtu 1200 [1:1461(1460)]
+0 < icmp echo_request id 7 [raw (12)]
+0 < icmp redirect [udp (3)]
+0 > udp 5 > 6 (100)
+0 > ipv4 [ttl 3] 192.0.2.1 > 192.0.2.2: gre: mpls (label 5, tc 0, ttl 6): . 1:1(0)
+0 > gre flags 0x2000, sum 0x0, off 0x0, key=0x7, seq 0x0: . 1:1(0)
+0 < sctp: DATA[flgs=BE]
+0 `sysctl -w a=b`
+0 %{ assert tcpi_state == 1 }%
`cleanup`
"""


@pytest.mark.parametrize("line", SCRIPT.splitlines()[4:-1])
def test_a_line_is_printed_as_it_was_read(line):
    """Printing and reading undo each other, for every form of the language."""
    assert script_text(parse_script(line)) == line + "\n"


def test_a_whole_script_reads_the_same_after_printing():
    """Options and commands around the events, too."""
    script = parse_script(SCRIPT)
    printed = script_text(script)
    assert printed.splitlines()[:4] == SCRIPT.splitlines()[:4]
    assert parse_script(printed) == script
