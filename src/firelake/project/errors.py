"""What a project can be refused for."""

from __future__ import annotations

from firelake.operations.errors import InputError


class ProjectError(InputError):
    """A folder or a name that can be no project, or a project's record that cannot be read."""
