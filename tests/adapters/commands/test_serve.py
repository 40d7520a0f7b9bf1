"""`wirelab serve` in the simulated network."""

import json

import pytest

from wirelab.adapters.cli import main


def test_bob_fetches_the_folder(tmp_path, capsys):
    (tmp_path / "index.html").write_text("hello")
    assert main(["serve", str(tmp_path), "-c", "2", "--json"]) == 0
    output = capsys.readouterr()
    for line in output.out.splitlines():
        row = json.loads(line)
        assert (row["method"], row["target"], row["status"], row["bytes"]) == ("GET", "/", 200, 5)
    assert len(output.out.splitlines()) == 2
    assert "http://10.0.0.1:80/" in output.err


def test_what_is_no_folder_is_a_usage_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["serve", str(tmp_path / "missing")])
    assert caught.value.code == 2
    assert "is not a folder" in capsys.readouterr().err
