"""One question to name servers, until one of them answers it.

Source: RFC 1035 section 7.3 (what counts as an answer); RFC 5452 sections 4 and 9 (random port and
identification); RFC 7766 section 5 (TCP for what was truncated); RFC 6891 section 7 (no EDNS).

    ask the first server --answer--> done
        | time over, ICMP error, SERVFAIL, REFUSED, NOTIMP: the next one; `attempts` rounds
        | TC: the same over TCP          FORMERR: the same without EDNS

Rule 1: each attempt has a port and an identification of its own, and hears its server alone.
Rule 2: what does not repeat the question is no answer, and the waiting goes on.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

from wirelab.codecs import DNS, DecodeError
from wirelab.codecs.dns_sections import DNSQuestion
from wirelab.codecs.dns_stream import frame_message, split_messages
from wirelab.codecs.protocols.dns import DNSNS, DNSOPT, DNSSOA
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.service import Desk, Message, Port, Stream, StreamHandler
from wirelab.sim.reasons import Reason
from wirelab.sim.services.dns.names import (
    FORMAT_ERROR,
    INTERNET,
    NAME_ERROR,
    NO_ERROR,
    key_of,
)

SERVER_PORT: Final = 53
EDNS_SIZE: Final = 1232  # bytes; see `answering`


class Patience(NamedTuple):
    """How long and how often to ask; the defaults are those of resolv.conf(5).

    Attributes:
        timeout: ns, for each server.
        attempts: rounds over all servers.
        edns: say that we take large responses.
    """

    timeout: int = 5_000_000_000
    attempts: int = 2
    edns: bool = True


Answered: TypeAlias = Callable[[DNS | None, Reason | None, int], None]
"""Takes the response, or why there is none, and `now`."""


class Exchange:
    """See the module.

    Args:
        desk: of the host.
        servers: addresses, in the order in which to ask.
        question: what.
        patience: how long.
        answered: told the end, once; never from within `start`.
    """

    def __init__(
        self,
        desk: Desk,
        servers: Sequence[bytes],
        question: DNSQuestion,
        patience: Patience,
        answered: Answered,
    ) -> None:
        self._desk = desk
        self._question = question
        self._patience = patience
        self._answered = answered
        self._left = list(servers) * patience.attempts
        self._failure = Reason.DNS_NO_SERVER
        self._edns = patience.edns
        self._identification = 0
        self._server = b""
        self._port: Port | None = None
        self._stream: Stream | None = None
        self._timer = desk.timer(self._time_is_up)

    def start(self, now: int) -> None:
        """Ask the first server; without any, the end comes with the next timers."""
        if self._left:
            self._next(now)
        else:
            self._timer.start(now)

    def cancel(self, now: int) -> None:
        """Forget it; nobody is told."""
        self._hang_up(now)

    # --- asking ----------------------------------------------------------------------------------

    def _next(self, now: int) -> None:
        """Ask the next server that there is a way to."""
        while self._left:
            self._server = self._left.pop(0)
            if self._ask(now):
                return
            self._failure = Reason.DNS_TIMEOUT
        self._timer.start(now)  # the end, from where nobody is in the middle of something

    def _ask(self, now: int) -> bool:
        """Ask this server over UDP; whether the question is on its way."""
        self._hang_up(now)
        port = self._port = self._desk.udp(0, self._received, now, trouble=self._in_trouble)
        port.remote = (self._server, SERVER_PORT)
        refused = port.send(self._query().build(), self._server, SERVER_PORT, now)
        self._timer.start(now + self._patience.timeout)
        return refused is None

    def _query(self) -> DNS:
        self._identification = self._desk.random.getrandbits(16)
        options = [DNSOPT(udp_payload_size=EDNS_SIZE)] if self._edns else []
        return DNS(self._identification, questions=[self._question], additionals=options)

    def _over_tcp(self, now: int) -> None:
        self._hang_up(now)
        try:
            caller = _Caller(self, frame_message(self._query()))
            self._stream = self._desk.connect(self._server, SERVER_PORT, caller, now)
        except HostError:
            self.failed(Reason.DNS_TIMEOUT, now)
            return
        self._timer.start(now + self._patience.timeout)

    def _hang_up(self, now: int) -> None:
        self._timer.stop()
        if self._port is not None:
            self._port.close(now)
            self._port = None
        if self._stream is not None:
            stream, self._stream = self._stream, None
            stream.abort(now)

    # --- what comes back -------------------------------------------------------------------------

    def _received(self, message: Message, now: int) -> None:
        self.judge(message.data, now)

    def _in_trouble(self, trouble: Trouble, now: int) -> None:
        self.failed(Reason.DNS_TIMEOUT, now)

    def _time_is_up(self, now: int) -> None:
        if self._port is None and self._stream is None:
            self._answered(None, self._failure, now)
        else:
            self.failed(Reason.DNS_TIMEOUT, now)

    def closed(self, stream: Stream, now: int) -> None:
        """The connection is over before the answer came; for the connection."""
        if stream is self._stream:
            self._stream = None
            self.failed(Reason.DNS_TIMEOUT, now)

    def failed(self, reason: Reason, now: int) -> None:
        """This server does not help."""
        self._failure = reason
        self._hang_up(now)
        self._next(now)

    def judge(self, data: bytes, now: int) -> None:
        """Whether this is the answer, and what to do about it."""
        try:
            response = DNS.parse(data)
        except DecodeError:
            return
        if not self._is_ours(response):
            return
        if response.truncated and self._stream is None:
            self._over_tcp(now)
        elif response.response_code == FORMAT_ERROR and self._edns:
            self._edns = False
            self._left.insert(0, self._server)
            self._next(now)
        elif response.response_code not in (NO_ERROR, NAME_ERROR) or _is_lame(response):
            self.failed(Reason.DNS_SERVER_FAILED, now)
        else:
            self._hang_up(now)
            self._answered(response, None, now)

    def _is_ours(self, response: DNS) -> bool:
        """RFC 5452 section 9.1; servers that know no EDNS may leave the question out."""
        if not response.response or response.identification != self._identification:
            return False
        questions = response.questions
        if not questions:
            return response.response_code == FORMAT_ERROR
        asked, echoed = self._question, questions[0]
        return (
            isinstance(echoed, DNSQuestion)
            and (echoed.type, echoed.record_class) == (asked.type, INTERNET)
            and key_of(echoed.name) == key_of(asked.name)
        )


class _Caller(StreamHandler):
    """Asks over TCP."""

    def __init__(self, exchange: Exchange, query: bytes) -> None:
        self._exchange = exchange
        self._query = query
        self._come = b""

    def opened(self, stream: Stream, now: int) -> None:
        stream.send(self._query, now)

    def readable(self, stream: Stream, now: int) -> None:
        while (data := stream.receive(now)) is not None:
            if not data:
                stream.close(now)
                return
            messages, self._come = split_messages(self._come + data)
            for message in messages:
                self._exchange.judge(message, now)

    def closed(self, stream: Stream, reason: Reason | None, now: int) -> None:
        self._exchange.closed(stream, now)


def _is_lame(response: DNS) -> bool:
    """A referral: this server is not responsible, and does not ask others for us."""
    if response.answers or response.authoritative or response.response_code != NO_ERROR:
        return False
    kinds = [type(record) for record in response.authorities]
    return DNSNS in kinds and DNSSOA not in kinds
