"""The pages in docs/protocols/ are what the schemas say."""

from pathlib import Path

from wirelab.codecs.compiler.documents.pages import pages
from wirelab.codecs.protocols import HEADERS

FOLDER = Path(__file__).resolve().parents[4] / "docs" / "protocols"


def test_the_committed_pages_are_up_to_date():
    """Else run `make generate`."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert committed == pages()


def test_the_index_links_to_every_header():
    found = pages()
    for header in HEADERS:
        line = next(one for one in found["README.md"].splitlines() if f"| [{header.LAYER}](" in one)
        page, _, anchor = line.partition("](")[2].partition(")")[0].partition("#")
        assert f"\n# {header.LAYER}\n" in found[page]
        assert anchor == header.LAYER.lower()


def test_every_field_and_option_is_on_its_page():
    found = pages()
    for header in HEADERS:
        page = next(text for text in found.values() if f"\n# {header.LAYER}\n" in text)
        for field in header.FIELDS:
            assert f"`{field.name}`" in page
            assert field.display in page


def test_tables_have_as_many_cells_in_each_row():
    for name, text in pages().items():
        width = 0
        for line in text.splitlines():
            bars = line.replace("\\|", "").count("|") if line.startswith("| ") else 0
            if not bars or not width:
                width = bars
            assert bars == width, f"{name}: {line}"
