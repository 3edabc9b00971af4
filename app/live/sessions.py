"""Shiny's sessions, quieter: one that has nothing to say says nothing.

Whenever anything anywhere is done, Shiny sends every open page a message, most of them empty. With 200 pages that is most
of the work there is. This reaches into Shiny (tests/live hold it to the version that is pinned).
"""

from __future__ import annotations

import secrets
from typing import Any

from shiny import App
from shiny.session._session import AppSession


class QuietSession(AppSession):
    """A session that sends messages with content only."""

    async def _flush(self) -> None:
        queues = self._outbound_message_queues
        if (
            queues.values
            or queues.input_messages
            or queues.errors
            or self._flush_callbacks.count()
            or self._flushed_callbacks.count()
        ):
            await super()._flush()


class QuietApp(App):
    """An app with quiet sessions."""

    def _create_session(self, conn: Any) -> AppSession:
        session = QuietSession(self, secrets.token_hex(32), conn, debug=self._debug)
        self._sessions[session.id] = session
        return session
