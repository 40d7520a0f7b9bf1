"""What is wrong with a script, and where."""

from wirelab.sim.packetdrill.syntax import Position


class ScriptError(Exception):
    """A script that cannot be read, or that says what cannot be.

    Attributes:
        path: the script, as it was given.
        position: line and column, from 1.
        problem: what is wrong, what was expected.
        line: the text of the line, without its end.
    """

    def __init__(self, path: str, position: Position, problem: str, line: str = "") -> None:
        super().__init__(path, position, problem, line)
        self.path = path
        self.position = position
        self.problem = problem
        self.line = line

    def __str__(self) -> str:
        place = f"{self.path}:{self.position.line}:{self.position.column}: {self.problem}"
        if not self.line:
            return place
        # A tab in front of the place stays one, so that the caret stands below it in any terminal.
        before = self.line[: self.position.column - 1]
        indent = "".join("\t" if one == "\t" else " " for one in before)
        return f"{place}\n  {self.line}\n  {indent}^"


class UnsupportedError(Exception):
    """A script asks for something that is understood and cannot be done here.

    Attributes:
        position: where it asks.
        what: what cannot be done, as a person reads it.
    """

    def __init__(self, position: Position, what: str) -> None:
        super().__init__(position, what)
        self.position = position
        self.what = what

    def __str__(self) -> str:
        return f"line {self.position.line}: {self.what}"
