"""The internet layer: boxes between networks, ten thousand hosts on one of them, and UDP echoes."""

from benchmarks import boxes, lan, udp_echo
from benchmarks.harness import Row


def measure() -> list[Row]:
    """All of it; what needs a namespace of its own is left out where none can be made."""
    return [*boxes.measure(), *lan.measure(), *udp_echo.measure()]


if __name__ == "__main__":
    for row in measure():
        ratio = "" if row.ratio is None else f", {row.ratio:.2f} of that of {row.against}"
        print(f"{row.group}, {row.name}: {row.value:,.4g} {row.unit}{ratio} ({row.target})")
