"""What can go wrong while a format is read."""


class FormatError(Exception):
    """Base of this package's errors."""


class BodyError(FormatError, ValueError):
    """Raised when a body cannot be unpacked to its end; what came before has been given."""


class RestUnreadError(FormatError, ValueError):
    """Raised when documents cannot be read to their end; what is whole before has been given.

    Attributes:
        offset: The byte of the text from which on it is not read.
        line: Its line, from 1.
    """

    def __init__(self, why: str, offset: int, line: int) -> None:
        super().__init__(f"{why}: from here on it is not read")
        self.offset = offset
        self.line = line
