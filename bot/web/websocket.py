"""uvicorn's WebSocket, which says when we go away, and drops who no longer listens."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
PING_SECONDS = 20.0


class ClinicWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket connection (RFC 6455)."""

    def shutdown(self) -> None:
        """Close it, because the server is going down: 1001 (RFC 6455 section 7.4.1)."""
        if self.handshake_complete and not self.close_sent:
            self.stop_keepalive()
            self.queue.put_nowait(
                {"type": "websocket.disconnect", "code": CloseCode.GOING_AWAY, "reason": ""}
            )
            self.conn.send_close(CloseCode.GOING_AWAY)
            self.close_sent = True
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()
        else:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        """Drop a client that answers no ping, with what was sent to it: it may read nothing either."""
        super().keepalive_timeout()
        self.transport.abort()
