"""botocore sessions that share what they have read of AWS's service models.

By itself each session reads them anew: that takes longer than anything else when a process starts.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from botocore.loaders import create_loader
from botocore.session import get_session

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session


def new_session() -> Session:
    """Give a session with settings and credentials of its own."""
    session = get_session()
    session.register_component("data_loader", loader(session.get_config_variable("data_path")))
    return session


@cache
def loader(data_path: str | None = None) -> Loader:
    """Returns what reads AWS's service models, and keeps them.

    Args:
        data_path: Where botocore's setting of this name says that there are others.
    """
    return create_loader(data_path)
