"""The errors that the local Bot API answers."""


class ApiError(Exception):
    """A refused call, with the text that Telegram uses.

    `error_code` is the HTTP status too; `retry_after` is in seconds (429 only).
    Source: Bot API, "Making requests" and ResponseParameters.
    """

    def __init__(self, error_code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(error_code, description)
        self.error_code = error_code
        self.description = description
        self.retry_after = retry_after


class ApiBadRequest(ApiError):
    """400: the call can't be done as it was asked."""

    def __init__(self, detail: str) -> None:
        super().__init__(400, f"Bad Request: {detail}")


class Unsupported(ApiBadRequest):
    """400: this local server does not support it, though Telegram may."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not supported by this local server")


class ApiForbidden(ApiError):
    """403: the person does not want to hear from the bot."""

    def __init__(self, detail: str) -> None:
        super().__init__(403, f"Forbidden: {detail}")


class ApiConflict(ApiError):
    """409: somebody else polls."""

    def __init__(self, detail: str) -> None:
        super().__init__(409, f"Conflict: {detail}")
