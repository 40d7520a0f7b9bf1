"""`wirelab udp` in the simulated network."""

import json

import pytest

from wirelab.adapters.cli import main


def test_hello_udp_is_the_default_and_its_echo_is_printed(capsys):
    assert main(["udp", "send", "bob", "49152", "--wait", "--source-port", "49152"]) == 0
    output = capsys.readouterr()
    assert output.out == "Hello UDP!\n"
    assert "sent 10 bytes from port 49152 to 10.0.0.2:49152" in output.err


def test_a_closed_port_is_told_by_icmp(capsys):
    """RFC 1122 section 4.1.3.1."""
    assert main(["udp", "send", "bob", "9", "--wait"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "reason=icmp.port_unreachable"
    assert any("port 9 is closed" in line for line in lines)


def test_nobody_at_the_address_is_told(capsys):
    assert main(["udp", "send", "10.0.0.9", "49152", "hello"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "reason=arp.timeout"


def test_too_large_a_datagram_is_refused_with_the_limit(capsys):
    """RFC 791 section 3.1: what is longer than the path's MTU is cut, up to what IPv4 can say."""
    assert main(["udp", "send", "bob", "49152", "x" * 1473]) == 0
    capsys.readouterr()
    assert main(["udp", "send", "bob", "49152", "x" * 65508]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "reason=ip.too_big_df"


def test_a_datagram_goes_over_ipv6_and_comes_back(capsys):
    """RFC 3986 section 3.2.2: brackets keep address and port apart."""
    assert main(["udp", "send", "-6", "bob", "49152", "--wait"]) == 0
    output = capsys.readouterr()
    assert output.out == "Hello UDP!\n"
    assert "to [2001:db8::2]:49152" in output.err


def test_bob_sends_to_a_listener(capsys):
    assert main(["udp", "listen", "5000", "-c", "2", "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["address"], first["text"]) == ("10.0.0.2", "Hello UDP!")
    assert second["hex"] == b"Hello UDP!".hex()


def test_raw_output_is_the_datagrams_bytes_and_nothing_else(capsysbinary):
    """As `nc -u -l` writes them: neither escaped nor ended by a line feed."""
    data = "\x1b[31m\0\udcff"
    assert main(["udp", "send", "bob", "49152", data, "--wait", "--raw"]) == 0
    assert capsysbinary.readouterr().out == b"\x1b[31m\0\xff"
    assert main(["udp", "listen", "5000", "-c", "2", "--raw"]) == 0
    assert capsysbinary.readouterr().out == b"Hello UDP!" * 2


@pytest.mark.parametrize("verb", [("send", "bob", "49152", "--wait"), ("listen", "5000")])
@pytest.mark.parametrize("other", [("--json",), ("-w", "-")])
def test_raw_output_is_refused_beside_other_output(verb, other, capsys):
    assert main(["udp", *verb, "--raw", *other]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert f"--raw and {' '.join(other)} exclude each other" in output.err


def test_bytes_that_are_no_text_are_sent_as_given(capsys):
    """The shell hands them over as surrogate escapes (PEP 383)."""
    assert main(["udp", "send", "bob", "49152", "\udcff", "--wait", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hex"] == "ff"


def test_control_characters_of_the_network_do_not_reach_the_terminal(capsys):
    assert main(["udp", "send", "bob", "49152", "a\x1b[31m\x9bb\n\tc", "--wait"]) == 0
    assert capsys.readouterr().out == "a\\x1b[31m\\x9bb\n\tc\n"


@pytest.mark.parametrize("everybody", ["255.255.255.255", "10.0.0.255"])
def test_a_broadcast_needs_no_mac_address_and_is_heard(everybody, capsys):
    """RFC 1122 section 3.3.6."""
    assert main(["udp", "send", everybody, "49152", "--wait"]) == 0
    assert capsys.readouterr().out == "Hello UDP!\n"
