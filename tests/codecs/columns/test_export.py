"""Columns in Arrow, pandas and Polars: the same values, in the same memory."""

import subprocess
import sys
from io import BytesIO

import numpy as np
import pandas
import pytest

from wirelab.codecs import columns
from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.capture import PcapWriter
from wirelab.codecs.columns import export
from wirelab.codecs.columns.files import ColumnWriter, usual_names

NAMES = (
    *("frame.time_epoch", "frame.len", "eth.src", "ip.src", "ip.flags.df"),
    *("tcp.srcport", "tcp.seq_raw", "tcp.flags.syn", "ipv6.src", "udp.checksum.status"),
)


@pytest.fixture
def table(frames):
    stream = BytesIO()
    with PcapWriter(stream) as writer:
        for number, frame in enumerate(frames.values()):
            writer.write(frame, 10**18 + number)
    stream.seek(0)
    return columns.read(stream)


def rows_of(table, name):
    """The column as plain values, None where it is not valid."""
    values, valid = table[name], table.valid(name)
    plain = [row.tobytes() for row in values] if values.ndim == 2 else values.tolist()
    return [value if there else None for value, there in zip(plain, valid, strict=True)]


def test_arrow_has_the_same_values(table):
    arrow = table.to_arrow(NAMES)
    assert arrow.column_names == list(NAMES)
    for name in NAMES[1:]:
        assert arrow[name].to_pylist() == rows_of(table, name)
    times = arrow["frame.time_epoch"].cast("int64").to_pylist()
    assert times == table["frame.time_epoch"].tolist()
    arrow.validate(full=True)


@pytest.mark.parametrize("name", ["frame.time_epoch", "ip.src", "eth.src", "tcp.seq_raw"])
def test_arrow_shares_the_memory_of_a_column(table, name):
    column = table[name] if table[name].ndim == 1 else np.ascontiguousarray(table[name])
    values = table.to_arrow([name])[name].chunk(0).buffers()[1]
    assert values.address == column.ctypes.data


@pytest.mark.parametrize("export", ["to_arrow", "to_pandas", "to_polars"])
def test_a_name_alone_is_told_to_be_put_in_a_list(table, export):
    with pytest.raises(TypeError, match=r"\['ip.src'\]"):
        getattr(table, export)("ip.src")


def test_polars_has_the_same_values_in_the_same_memory(table):
    frame = table.to_polars(NAMES)
    for name in NAMES[1:]:
        assert frame[name].to_list() == rows_of(table, name)
    shared = frame["frame.len"].to_numpy(allow_copy=False)
    assert np.shares_memory(shared, table["frame.len"])


def test_pandas_has_the_same_values_in_the_same_memory(table):
    frame = table.to_pandas(NAMES)
    for name in NAMES[1:]:
        values = [None if value is export_missing(value) else value for value in frame[name]]
        assert values == rows_of(table, name)
    assert np.shares_memory(frame["frame.len"].to_numpy(), table["frame.len"])
    assert np.shares_memory(frame["tcp.seq_raw"].array._data, table["tcp.seq_raw"])
    assert str(frame["frame.time_epoch"].dtype) == "datetime64[ns, UTC]"


def export_missing(value):
    """pandas' own None."""
    return value if value is None or value is pandas.NA else object()


def test_all_columns_with_values_are_exported_when_none_are_named(table):
    assert table.to_arrow().column_names == list(table.names)
    assert table.to_pandas().shape == (len(table), len(table.names))
    assert table.to_polars().shape == (len(table), len(table.names))


def test_addresses_are_written_in_words(table):
    texts = table.text("ip.src").tolist()
    raw = rows_of(table, "ip.src")
    assert texts == [None if one is None else ipv4_text(one.to_bytes(4, "big")) for one in raw]
    assert table.text("eth.dst").tolist()[0] == "02:00:00:00:00:02"
    assert set(table.text("ipv6.src").tolist()) == {None}
    with pytest.raises(LookupError, match="holds no addresses"):
        table.text("ip.ttl")


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather", ".csv"])
def test_a_file_holds_all_blocks(table, suffix, tmp_path):
    path = tmp_path / f"out{suffix}"
    with ColumnWriter(path, ["frame.number", "ip.src", "tcp.srcport"]) as writer:
        writer.write(table)
        writer.write(table, table.mask("tcp"))
    assert writer.rows == len(table) + int(table.valid("tcp").sum())
    arrow = read_back(path)
    assert arrow.column_names == ["frame.number", "ip.src", "tcp.srcport"]
    sources = table.text("ip.src").tolist()
    tcp = table.valid("tcp").tolist()
    wanted = sources + [one for one, has in zip(sources, tcp, strict=True) if has]
    found = arrow["ip.src"].to_pylist()
    assert [one or None for one in found] == wanted


def read_back(path):
    if path.suffix == ".parquet":
        from pyarrow import parquet

        return parquet.read_table(path)
    if path.suffix == ".csv":
        from pyarrow import csv

        return csv.read_csv(path)
    from pyarrow import feather

    return feather.read_table(path)


def test_the_usual_columns_are_written_when_none_are_chosen(table, tmp_path):
    with ColumnWriter(tmp_path / "out.parquet") as writer:
        writer.write(table)
    assert read_back(tmp_path / "out.parquet").column_names == list(usual_names())


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.parquet"):
        ColumnWriter(tmp_path / "out.xls")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("library", ["pyarrow", "polars", "pandas"])
def test_a_missing_library_is_named(library, table, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    method = {"pyarrow": table.to_arrow, "polars": table.to_polars, "pandas": table.to_pandas}
    with pytest.raises(export.MissingLibraryError, match=f"pip install {library}"):
        method[library](["ip.src"])


def test_without_numpy_the_import_says_what_to_install():
    program = """
import sys
sys.modules["numpy"] = None
try:
    from wirelab.codecs import columns
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "pip install 'wirelab[columns]'" in done.stdout, done.stderr
