"""What can go wrong while a format is read."""


class FormatError(Exception):
    """Base of this package's errors."""


class BodyError(FormatError, ValueError):
    """Raised when a body cannot be read to its end; what came before has been given."""
