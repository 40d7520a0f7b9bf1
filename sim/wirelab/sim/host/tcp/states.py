r"""The eleven states of a TCP connection and the ways between them.

Source: RFC 9293 section 3.3.2, figure 5. `x` is nothing sent.

                              +---------+ ---------\      active OPEN
                              |  CLOSED |            \    -----------
                              +---------+<---------\   \   create TCB
                                |     ^              \   \  snd SYN
                   passive OPEN |     |   CLOSE        \   \
                   ------------ |     | ----------       \   \
                    create TCB  |     | delete TCB         \   \
                                V     |                      \   \
            rcv RST (note 1)  +---------+            CLOSE    |    \
         -------------------->|  LISTEN |          ---------- |     |
        /                     +---------+          delete TCB |     |
       /           rcv SYN      |     |     SEND              |     |
      /           -----------   |     |    -------            |     V
  +--------+      snd SYN,ACK  /       \   snd SYN          +--------+
  |        |<-----------------           ------------------>|        |
  |  SYN   |                    rcv SYN                     |  SYN   |
  |  RCVD  |<-----------------------------------------------|  SENT  |
  |        |                  snd SYN,ACK                   |        |
  |        |------------------           -------------------|        |
  +--------+   rcv ACK of SYN  \       /  rcv SYN,ACK       +--------+
     |         --------------   |     |   -----------
     |                x         |     |     snd ACK
     |                          V     V
     |  CLOSE                 +---------+
     | -------                |  ESTAB  |
     | snd FIN                +---------+
     |                 CLOSE    |     |    rcv FIN
     V                -------   |     |    -------
  +---------+         snd FIN  /       \   snd ACK         +---------+
  |  FIN    |<----------------          ------------------>|  CLOSE  |
  | WAIT-1  |------------------                            |   WAIT  |
  +---------+          rcv FIN  \                          +---------+
    | rcv ACK of FIN   -------   |                          CLOSE  |
    | --------------   snd ACK   |                         ------- |
    V        x                   V                         snd FIN V
  +---------+               +---------+                    +---------+
  |FINWAIT-2|               | CLOSING |                    | LAST-ACK|
  +---------+               +---------+                    +---------+
    |              rcv ACK of FIN |                 rcv ACK of FIN |
    |  rcv FIN     -------------- |    Timeout=2MSL -------------- |
    |  -------            x       V    ------------        x       V
     \ snd ACK              +---------+delete TCB          +---------+
       -------------------->|TIME-WAIT|------------------->| CLOSED  |
                            +---------+                    +---------+

Note 1: only after a passive OPEN. Not drawn: every state goes to CLOSED on a reset, an abort or a
timeout. Drawn, but not done: SEND on a listener (LISTEN to SYN-SENT), and CLOSE in SYN-RECEIVED,
which waits for ESTABLISHED here. A FIN that also acknowledges ours takes FIN-WAIT-1 through
FIN-WAIT-2 to TIME-WAIT, as the steps of section 3.10.7.4 have it.
"""

from typing import Final, Literal, TypeAlias

State: TypeAlias = Literal[
    "CLOSED",
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
]

CLOSED: Final = "CLOSED"
LISTEN: Final = "LISTEN"
SYN_SENT: Final = "SYN-SENT"
SYN_RECEIVED: Final = "SYN-RECEIVED"
ESTABLISHED: Final = "ESTABLISHED"
FIN_WAIT_1: Final = "FIN-WAIT-1"
FIN_WAIT_2: Final = "FIN-WAIT-2"
CLOSE_WAIT: Final = "CLOSE-WAIT"
CLOSING: Final = "CLOSING"
LAST_ACK: Final = "LAST-ACK"
TIME_WAIT: Final = "TIME-WAIT"

NEXT: Final[dict[State, frozenset[State]]] = {
    CLOSED: frozenset({LISTEN, SYN_SENT}),
    LISTEN: frozenset({SYN_RECEIVED, CLOSED}),
    SYN_SENT: frozenset({SYN_RECEIVED, ESTABLISHED, CLOSED}),
    SYN_RECEIVED: frozenset({ESTABLISHED, LISTEN, CLOSED}),
    ESTABLISHED: frozenset({FIN_WAIT_1, CLOSE_WAIT, CLOSED}),
    FIN_WAIT_1: frozenset({FIN_WAIT_2, CLOSING, CLOSED}),
    FIN_WAIT_2: frozenset({TIME_WAIT, CLOSED}),
    CLOSE_WAIT: frozenset({LAST_ACK, CLOSED}),
    CLOSING: frozenset({TIME_WAIT, CLOSED}),
    LAST_ACK: frozenset({CLOSED}),
    TIME_WAIT: frozenset({CLOSED}),
}
"""Every way out of every state; `transitions.change_state` takes no other."""

RECEIVING: Final = frozenset({ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2})
"""Text and FIN of the peer are still awaited (RFC 9293 section 3.10.7.4, step 7)."""

SENDING: Final = frozenset({SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT})
"""SEND is allowed (RFC 9293 section 3.10.2)."""
