"""Shell commands of scripts: nothing is run, everything is understood or refused."""

import pytest

from wirelab.sim.host.profiles import PROFILES
from wirelab.sim.host.tcp.config import ICMP_HARD_ERRORS, TcpConfig
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported
from wirelab.sim.packetdrill.shell import Shell
from wirelab.sim.packetdrill.sysctls import KNOBS, NO_EFFECT, Knob, Only, apply
from wirelab.sim.packetdrill.sysctls_freebsd import TABLE as FREEBSD
from wirelab.sim.packetdrill.sysctls_linux import TABLE as LINUX

TABLES = {"linux": LINUX, "freebsd": FREEBSD}
LINES = [
    "root     packetdril 100 3 tcp4 192.168.0.1:8080 *:* LISTEN",
    "root     packetdril 100 4 tcp4 192.168.0.1:8080 192.0.2.1:8081 TIME_WAIT",
]
VALUES = {
    "net.ipv4.tcp_rmem": "4096 131072 6291456",
    "net.ipv4.tcp_wmem": "4096 16384 4194304",
    "net.ipv4.tcp_congestion_control": "reno",
    "net.ipv4.tcp_fastopen_key": "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4",
    "net.inet.tcp.cc.algorithm": "newreno",
}


class Listening(Shell):
    """A shell in a folder, which keeps the settings that it is told."""

    def __init__(self, folder):
        super().__init__(folder, self)
        self.folder = folder
        self.made: dict[str, str] = {}
        self.dropped: list[str] = []
        self.files: dict[str, int] = {}
        self.forgotten = 0

    def set_variable(self, name: str, value: str) -> None:
        self.made[name] = value

    def socket_lines(self) -> list[str]:
        return LINES

    def counter_lines(self) -> list[str]:
        return ["TcpExtOutOfWindowIcmps 1 0.0"]

    def knows_counter(self, name: str) -> bool:
        return name.startswith("TcpExtOut")

    def drop_connections(self, state: str) -> None:
        self.dropped.append(state)

    def forget_peers(self) -> None:
        self.forgotten += 1

    def make_file(self, name: str, size: int) -> None:
        self.files[name] = size


@pytest.fixture
def shell(tmp_path):
    return Listening(tmp_path)


# --- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "sysctl -w net.ipv4.tcp_sack=0",
        "sysctl -q net.ipv4.tcp_sack=0 > /dev/null 2>&1",
        "sudo sysctl net/ipv4/tcp_sack=0",
        'sysctl -q net.ipv4.tcp_sack="0"',
        "../common/set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0",
        "echo 0 > /proc/sys/net/ipv4/tcp_sack",
        "# a comment\n true; sysctl \\\n   -q net.ipv4.tcp_sack=0",
    ],
)
def test_a_setting_is_understood_however_it_is_written(shell, command):
    shell.run(command)
    assert shell.made == {"net.ipv4.tcp_sack": "0"}


def test_arithmetic_is_worked_out(shell):
    shell.run('sysctl -q net.ipv4.tcp_rmem="4096 540000 $((15*1024*1024))"')
    assert shell.made == {"net.ipv4.tcp_rmem": "4096 540000 15728640"}


def test_a_file_is_read_and_not_run(shell):
    (shell.folder / "settings.sh").write_text("#!/bin/sh\nsysctl -q a.b=1\nsysctl -q c.d=2\n")
    shell.run("./settings.sh\nsh settings.sh")
    assert shell.made == {"a.b": "1", "c.d": "2"}


def test_files_that_read_each_other_end(shell):
    (shell.folder / "loop.sh").write_text("./loop.sh\n")
    with pytest.raises(ScriptUnsupported, match="deep"):
        shell.run("./loop.sh")


@pytest.mark.parametrize(
    "command",
    [
        "ip tcp_metrics flush all > /dev/null 2>&1",
        "tc qdisc add dev tun0 root pfifo",
        "kldload -n cc_newreno",
        "/tmp/sysctl_restore_${PPID}.sh",
        "echo done",
        "sysctl net.ipv4.tcp_sack",
        "",
    ],
)
def test_what_means_nothing_to_a_new_host_passes(shell, command):
    shell.run(command)
    assert shell.made == {}


@pytest.mark.parametrize(
    "command",
    [
        "tc qdisc add dev tun0 root netem delay 10ms",
        "ip route change default via 192.168.0.2",
        "iptables -A INPUT -j DROP",
        "rm -rf / | sh",
        "./missing.sh",
        "../common/set_sysctls.py tcp_sack=0",
        "sysctl 'unfinished",
        "sysctl -p settings.conf",
        "cat value > /proc/sys/net/ipv4/tcp_sack",
        "echo -n 0 > /proc/sys/net/ipv4/tcp_sack",
        "netstat | grep LISTEN",
        "nstat | grep TcpExtMystery",
        "dd if=/etc/passwd of=/tmp/copy",
        "tcpdrop 192.168.0.1 8080 192.0.2.1 8080",
        "ethtool -i tun0",
        "sockstat | sed s/a/b/",
        "sockstat | grep '('",
    ],
)
def test_what_is_not_understood_is_unsupported_and_named(shell, command):
    with pytest.raises(ScriptUnsupported) as refusal:
        shell.run(command)
    assert refusal.value.what
    assert shell.made == {}


def test_connections_are_dropped_and_files_made_and_offload_switched_off(shell):
    shell.run("tcpdrop -s TIME_WAIT")
    shell.run("/bin/dd bs=10 count=5 if=/dev/zero of=/tmp/zeros status=none")
    shell.run("ethtool -K tun0 tso off gso off")
    shell.run("ip tcp_metrics flush all > /dev/null 2>&1")
    assert shell.forgotten == 1
    assert shell.dropped == ["TIME_WAIT"]
    assert shell.files == {"/tmp/zeros": 50}
    assert shell.made == {"ethtool.tso": "0", "ethtool.gso": "0"}


# --- questions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "sockstat -4 -P tcp -s | grep packetdril | grep -c TIME_WAIT | grep 1",
        "sockstat -s | grep -i time_wait",
        "sockstat -s | grep -v CLOSED | wc -l | grep 2",
        "sockstat -s | grep -w LISTEN",
        "sockstat -4 -p 8080 -s | grep -c LISTEN | grep 1",
        "sockstat -s -p 80,8081 | grep -c tcp4 | grep 1",
        "sockstat -s -p 80 | grep -c LISTEN | grep 0",
        "nstat | grep TcpExtOutOfWindowIcmps > /dev/null",
    ],
)
def test_a_question_whose_answer_is_yes_passes(shell, question):
    shell.run(question)


@pytest.mark.parametrize(
    "question",
    ["sockstat -s | grep CLOSE_WAIT", "sockstat -s | grep -c TIME_WAIT | grep 2"],
)
def test_a_question_whose_answer_is_no_fails_with_what_there_is(shell, question):
    with pytest.raises(ScriptFailed) as failure:
        shell.run(question)
    assert "TIME_WAIT" in failure.value.got


# --- tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "name"), [(table, name) for table in TABLES for name in TABLES[table]]
)
def test_every_variable_takes_a_usual_value_and_sets_knobs_that_there_are(table, name):
    rule = TABLES[table][name]
    value = VALUES.get(name, "1")
    if isinstance(rule, Only):
        value = min(rule.values)
    if isinstance(rule, Knob):
        assert rule.settings(value).keys() <= KNOBS
    apply(TABLES, TcpConfig(), name, value)


def test_a_value_sets_its_knob():
    config = TcpConfig()
    apply(TABLES, config, "net.ipv4.tcp_sack", "0")
    apply(TABLES, config, "net.inet.tcp.delacktime", "100")
    apply(TABLES, config, "net.ipv4.tcp_fastopen", "0x402")
    assert (config.sack, config.delayed_ack) == (False, 100_000_000)
    assert (config.fast_open_client, config.fast_open_all_listeners) == (False, True)


def test_only_the_value_that_the_host_has_is_taken():
    with pytest.raises(ScriptUnsupported, match="only 0"):
        apply(TABLES, TcpConfig(), "net.ipv4.tcp_fack", "1")


def test_a_value_of_the_wrong_form_blames_the_script():
    for name, value in [
        ("net.ipv4.tcp_rmem", "4096"),
        ("net.ipv4.tcp_ecn", "9"),
        ("net.ipv4.tcp_sack", "on"),
        ("net.ipv4.tcp_fastopen_key", "xyz"),
    ]:
        with pytest.raises(ScriptFailed, match=name):
            apply(TABLES, TcpConfig(), name, value)


def test_a_variable_without_effect_changes_nothing():
    assert LINUX["net.ipv4.tcp_mem"] is NO_EFFECT
    config = TcpConfig()
    apply(TABLES, config, "net.ipv4.tcp_mem", "anything")
    assert config == TcpConfig()


def test_profiles_differ_and_are_fresh_each_time():
    made = {name: make() for name, make in PROFILES.items()}
    assert made["rfc"] == TcpConfig()
    assert made["rfc"] != made["linux"] != made["freebsd"] != made["rfc"]
    made["linux"].sack = False
    assert PROFILES["linux"]().sack
    assert made["freebsd"].icmp_hard_errors >= ICMP_HARD_ERRORS
