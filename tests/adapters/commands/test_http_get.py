"""`wirelab http get` in the simulated network."""

import pytest

from wirelab.adapters.cli import main


def test_a_page_goes_to_stdout(capsysbinary):
    assert main(["http", "get", "http://bob/"]) == 0
    output = capsysbinary.readouterr()
    assert output.out == b"Hello from bob!\n"
    assert b"200 OK" in output.err


def test_a_page_goes_to_a_file(tmp_path, capsys):
    assert main(["http", "get", "bob/index.html", "-q", "-o", str(tmp_path / "page")]) == 0
    assert (tmp_path / "page").read_bytes() == b"Hello from bob!\n"
    assert capsys.readouterr().out == ""


def test_the_head_alone(capsys):
    assert main(["http", "get", "http://10.0.0.2/", "-I"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "HTTP/1.1 200 OK"
    assert "Content-Length: 16" in lines


def test_a_missing_page_fails_only_if_wished(capsysbinary):
    """As with curl and curl --fail."""
    assert main(["http", "get", "http://bob/missing"]) == 0
    assert capsysbinary.readouterr().out == b"bob has no /missing\n"
    assert main(["http", "get", "http://bob/missing", "--fail"]) == 1
    output = capsysbinary.readouterr()
    assert output.out == b""
    assert b"404 Not Found" in output.err
    assert output.err.splitlines()[-1] == b"reason=app.http_status"


def test_a_port_without_a_server_is_refused(capsys):
    assert main(["http", "get", "http://bob:81/"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "reason=tcp.no_listener"


def test_a_server_that_speaks_something_else_is_told(capsys):
    """Port 7 echoes the request: that is no status line."""
    assert main(["http", "get", "http://bob:7/"]) == 1
    errors = capsys.readouterr().err
    assert "expected 'HTTP/1.1 200 OK', got 'GET / HTTP/1.1'" in errors
    assert errors.splitlines()[-1] == "reason=app.bad_response"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("https://bob/", "https is not spoken here"),
        ("http:///x", "no host"),
        ("http://bob:99999/", "port must be a number"),
        ("http://bob:0/", "port must be a number"),
        ("http://[::1/", "http://[::1/: Invalid IPv6 URL"),
        ("http://me:secret@bob/", "user names and passwords are not sent"),
        ("http://bob/\udcff", "not UTF-8"),
        ("http://bob/a\r\nb", "control characters"),
        ("http://example.org/", "names are not looked up yet"),
    ],
)
def test_a_url_that_cannot_be_fetched_is_a_usage_error(url, complaint, capsys):
    assert main(["http", "get", url]) == 2
    assert complaint in capsys.readouterr().err
