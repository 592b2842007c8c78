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


class DatePatternError(FormatError, ValueError):
    """Raised when a pattern of java.time cannot be evaluated."""


class ConversionError(FormatError, ValueError):
    """Raised when a JSON value cannot become the value of a column.

    Attributes:
        code: Firehose's error code, such as `DataFormatConversion.MalformedData`.
    """

    def __init__(self, message: str, code: str) -> None:
        """Keep Firehose's code beside the message."""
        super().__init__(message)
        self.code = code


class SchemaError(FormatError, LookupError):
    """Raised when the Glue table cannot be read, or has a type that cannot be converted to.

    Attributes:
        is_missing: Whether the database or the table does not exist.
    """

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        """Keep whether to try again makes sense."""
        super().__init__(message)
        self.is_missing = is_missing
