"""uvicorn's WebSocket, which says when we go away, and logs nothing that a client can cause."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
PING_SECONDS = 20.0


class ClinicWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket connection (RFC 6455)."""

    def shutdown(self) -> None:
        """Close it, because the server is going down: 1001 (RFC 6455 section 7.4.1)."""
        if self.handshake_complete and not self.close_sent:
            self._end(CloseCode.GOING_AWAY)
        else:
            super().shutdown()

    def send_receive_event_to_app(self) -> None:
        """Hand a message on. Text that is no UTF-8 ends the connection with 1007."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self.frames = []
            self._end(CloseCode.INVALID_DATA)
        else:
            super().send_receive_event_to_app()

    def keepalive_timeout(self) -> None:
        """Drop a client that answers no ping, with what was sent to it: it may read nothing either."""
        super().keepalive_timeout()
        self.transport.abort()

    def _end(self, code: int) -> None:
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.conn.send_close(code)
        self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
