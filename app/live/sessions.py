"""Shiny's sessions, quieter: one that has nothing to say says nothing.

Whenever anything anywhere is done, Shiny sends every open page a message, most of them empty. With 200 pages that is most
of the work there is. This reaches into Shiny (tests/live hold it to the version that is pinned).
"""

from __future__ import annotations

import secrets
from typing import Any


def quiet_app(page: Any, server: Any, **options: Any) -> Any:
    """A Shiny app whose sessions send messages with content only."""
    from shiny import App
    from shiny.session._session import AppSession

    class QuietSession(AppSession):
        """Stays silent where there is nothing to say."""

        async def _flush(self) -> None:
            queues = self._outbound_message_queues
            waiting = self._flush_callbacks.count() or self._flushed_callbacks.count()
            if queues.values or queues.input_messages or queues.errors or waiting:
                await super()._flush()

    class QuietApp(App):
        """Makes such sessions."""

        def _create_session(self, conn: Any) -> AppSession:
            session = QuietSession(self, secrets.token_hex(32), conn, debug=self._debug)
            self._sessions[session.id] = session
            return session

    return QuietApp(page, server, **options)
