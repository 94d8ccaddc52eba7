"""What the clinic's key signs: session tokens (JSON Web Tokens, RFC 7519, HS256) and seals."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import jwt

from services.errors import SessionEnded
from services.models.people import ChatId, Role, UserId

ALGORITHM = "HS256"
LIFETIME = timedelta(days=30)
CLAIMS = ["sub", "role", "jti", "iat", "exp"]
# The audience (`aud`, RFC 7519 section 4.1.3) of tokens for the HTTP interface. Those of chats have none, so
# neither is valid in the place of the other.
API_AUDIENCE = "mediconnect-api"
# What claims of another type or size raise, besides the library's errors; an end in no year is an OSError.
UNREADABLE = (ValueError, TypeError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: whose session it is (`sub`), the role, its id (`jti`), when it expires (`exp`).

    `chat_id` is the only chat in which it is valid; tokens of older versions, and those of the HTTP
    interface, have none.
    """

    user_id: UserId
    role: Role
    session_id: str
    expires_at: datetime
    chat_id: ChatId | None = None


class Tokens:
    """Signs and reads tokens, and seals, with one key of 32 bytes or more (RFC 7518 section 3.2)."""

    def __init__(self, key: str) -> None:
        self._key = key
        # A signature stays valid, so it is verified once and not at each tap. Expiry is checked each time.
        self._verify = lru_cache(maxsize=4096)(self._verified)

    def issue(self, claims: Claims, now: datetime, audience: str | None = None) -> str:
        """Return the signed token."""
        payload: dict[str, str | int] = {
            "sub": claims.user_id,
            "role": claims.role.value,
            "jti": claims.session_id,
            "iat": int(now.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
        }
        if claims.chat_id is not None:
            payload["chat"] = claims.chat_id
        if audience is not None:
            payload["aud"] = audience
        return jwt.encode(payload, self._key, algorithm=ALGORITHM)

    def read(self, token: str, now: datetime, audience: str | None = None) -> Claims:
        """Return what a token says, if its signature is right and it has not expired.

        A token for another audience is refused, and so is one for an audience where none is asked for.
        Raises SessionEnded.
        """
        try:
            claims = self._verify(token, audience)
        except (jwt.InvalidTokenError, *UNREADABLE) as error:
            raise SessionEnded from error
        # Checked here and not by the library, so that the clinic's clock decides.
        if claims.expires_at <= now:
            raise SessionEnded
        return claims

    def seal(self, *parts: str) -> str:
        """Return the keyed hash of the parts, in hexadecimal (HMAC-SHA256, RFC 2104)."""
        # This cannot be mistaken for the payload of a token, which begins with a brace.
        message = json.dumps(parts).encode()
        return hmac.new(self._key.encode(), message, hashlib.sha256).hexdigest()

    def key_for(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for another purpose: all workers have the same."""
        return bytes.fromhex(self.seal("key", purpose))

    def _verified(self, token: str, audience: str | None) -> Claims:
        options: dict[str, object] = {"require": CLAIMS, "verify_exp": False, "verify_iat": False}
        payload = jwt.decode(
            token,
            self._key,
            algorithms=[ALGORITHM],
            options=options,  # type: ignore[arg-type]
            audience=audience,
        )
        end = datetime.fromtimestamp(payload["exp"], tz=UTC)
        chat_id = ChatId(int(payload["chat"])) if "chat" in payload else None
        return Claims(UserId(payload["sub"]), Role(payload["role"]), payload["jti"], end, chat_id)
