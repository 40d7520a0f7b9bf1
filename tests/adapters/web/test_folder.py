"""A folder as a site."""

import os
from http import HTTPStatus
from http.client import HTTPMessage
from pathlib import Path

import pytest

from wirelab.adapters.web.folder import Folder
from wirelab.adapters.web.server import Answer, Request


@pytest.fixture
def root(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    site = tmp_path / "site"
    (site / "sub").mkdir(parents=True)
    (site / "page.html").write_text("<p>hello")
    (site / "sub" / "index.html").write_text("the index")
    (site / "ünï & co.txt").write_text("name")
    (site / "x.tar.gz").write_bytes(b"packed")
    (site / "link").symlink_to(tmp_path / "secret.txt")
    (site / "inside").symlink_to(site / "page.html")
    return site


def get(root: Path, target: str) -> Answer:
    return Folder(root)(Request("GET", target, "HTTP/1.1", HTTPMessage()))


def body(answer: Answer) -> bytes:
    return b"".join(answer.body)


def test_a_file_is_sent_whole_with_its_type_and_length(root):
    answer = get(root, "/page.html?query=1")
    assert (answer.status, body(answer), answer.length) == (HTTPStatus.OK, b"<p>hello", 8)
    assert answer.fields["Content-Type"] == "text/html"
    assert answer.fields["Last-Modified"].endswith("GMT")


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/sub/../../secret.txt",
        "/..%2fsecret.txt",
        "/sub/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/..\\secret.txt",
        "//../secret.txt",
        "/link",  # a symbolic link that leads out
        "/page.html%00.txt",
        "secret.txt",
        "http://example/secret.txt",
        "/" + "a" * 300,
    ],
)
def test_nothing_outside_the_folder_is_ever_opened(root, target):
    assert get(root, target).status == HTTPStatus.NOT_FOUND


def test_links_inside_the_folder_are_followed(root):
    assert body(get(root, "/inside")) == b"<p>hello"


def test_a_folder_shows_its_index(root):
    assert body(get(root, "/sub/")) == b"the index"


def test_a_folder_without_a_slash_is_redirected_to_the_one_with(root):
    """So that relative links in its index work."""
    answer = get(root, "/sub")
    assert (answer.status, answer.fields["Location"]) == (HTTPStatus.MOVED_PERMANENTLY, "/sub/")


def test_a_folder_without_an_index_is_listed_and_the_links_work(root):
    listing = body(get(root, "/")).decode()
    assert "sub/" in listing
    assert "ünï &amp; co.txt" in listing
    assert body(get(root, "/%C3%BCn%C3%AF%20%26%20co.txt")) == b"name"
    assert "%C3%BCn%C3%AF%20%26%20co.txt" in listing


def test_a_packed_file_is_no_content_encoding(root):
    """What is asked for is the file, not what is in it."""
    assert get(root, "/x.tar.gz").fields["Content-Type"] == "application/octet-stream"


def test_a_pipe_is_not_waited_for(root):
    os.mkfifo(root / "pipe")
    assert get(root, "/pipe").status == HTTPStatus.FORBIDDEN


def test_a_folder_that_is_closed_to_us_is_told(root, monkeypatch):
    def refused(path: object) -> None:
        raise PermissionError(13, "closed")

    monkeypatch.setattr(os, "scandir", refused)
    assert get(root, "/").status == HTTPStatus.FORBIDDEN


def test_a_file_that_vanishes_before_it_is_sent_is_cut_short(root):
    """The server then aborts the connection: the part must not pass for the whole."""
    answer = get(root, "/page.html")
    (root / "page.html").unlink()
    assert (answer.length, body(answer)) == (8, b"")
