"""What is wrong with a display filter, and where."""


class DisplayFilterError(ValueError):
    """A display filter that cannot be understood.

    Args:
        message: what is wrong, and the way out.
        text: the whole filter.
        column: where, from 0.
        length: characters to mark.
    """

    def __init__(self, message: str, text: str, column: int, length: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.column = column
        self.length = max(length, 1)

    def __str__(self) -> str:
        """The message, the filter, and a caret under the place."""
        marker = " " * self.column + "^" + "~" * (self.length - 1)
        return f"{self.message}\n    {self.text}\n    {marker}"
