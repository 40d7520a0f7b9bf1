"""A folder of files as a site: what `wirelab serve` shows.

Rule: nothing outside the folder is ever opened. The path is decoded once, dot segments and foreign
separators are refused, and the resolved file (symbolic links followed) must lie inside the folder.
"""

import html
import mimetypes
import os
from collections.abc import Iterator
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, unquote

from wirelab.adapters.web.server import Answer, Request, page

BLOCK = 262_144  # bytes read from a file at a time; ours: the size of a TCP send buffer


class Folder:
    """Serves the files below `root`; a folder in it shows its index.html, or a listing."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve(strict=True)

    def __call__(self, request: Request) -> Answer:
        """Answer one GET or HEAD."""
        path_text = request.target.partition("?")[0]
        found = self._find(path_text)
        if found is None:
            return page(HTTPStatus.NOT_FOUND, f"{path_text} is not here\n")
        if found.is_file():
            return _file(found)
        if not found.is_dir():  # a pipe or a device: reading it could block for ever
            return page(HTTPStatus.FORBIDDEN, "no file\n")
        if not path_text.endswith("/"):
            return page(HTTPStatus.MOVED_PERMANENTLY, "a folder\n", Location=f"{path_text}/")
        index = self._find(f"{path_text}index.html")
        return _file(index) if index is not None and index.is_file() else _listing(found, path_text)

    def _find(self, path_text: str) -> Path | None:
        """The file or folder that a request path names, if it is inside the root."""
        if not path_text.startswith("/"):
            return None
        names = [name for name in unquote(path_text, errors="surrogateescape").split("/") if name]
        if any(name in (".", "..") or "\\" in name or "\0" in name for name in names):
            return None
        try:
            found = self.root.joinpath(*names).resolve(strict=True)
        except (OSError, RuntimeError):  # not there, a name too long, or links in a circle
            return None
        return found if found.is_relative_to(self.root) else None


def _file(path: Path) -> Answer:
    try:
        with path.open("rb"):
            size, modified = path.stat().st_size, path.stat().st_mtime
    except OSError:  # taken away since it was found, or closed to us
        return page(HTTPStatus.FORBIDDEN, "cannot be read\n")
    kind, encoding = mimetypes.guess_type(path.name)
    if encoding is not None:  # x.tar.gz is sent as it is: a gzip file
        kind = "application/octet-stream"
    fields = {
        "Content-Type": kind or "application/octet-stream",
        "Last-Modified": formatdate(modified, usegmt=True),
    }
    return Answer(HTTPStatus.OK, _blocks(path, size), size, fields)


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    """Exactly `size` bytes, as announced, even if the file grows; fewer where it is unreadable."""
    with suppress(OSError), path.open("rb") as file:
        while size > 0 and (block := file.read(min(BLOCK, size))):
            size -= len(block)
            yield block


def _listing(folder: Path, path_text: str) -> Answer:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name + "/" * _is_folder(entry) for entry in entries)
    except OSError:
        return page(HTTPStatus.FORBIDDEN, "cannot be read\n")
    title = html.escape(unquote(path_text, errors="surrogateescape"))
    items = "\n".join(map(_item, names))
    body = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<h1>{title}</h1>\n<ul>\n{items}\n</ul>\n</html>\n"
    ).encode("utf-8", "surrogateescape")
    fields = {"Content-Type": "text/html; charset=utf-8"}
    return Answer(HTTPStatus.OK, (body,), len(body), fields)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    with suppress(OSError):  # a link into a folder that is closed to us
        return entry.is_dir()
    return False


def _item(name: str) -> str:
    link = quote(name, errors="surrogateescape")
    return f'<li><a href="./{link}">{html.escape(name)}</a></li>'
