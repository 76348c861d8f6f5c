"""The one exception for what was understood and refused."""


class Refused(Exception):
    """A request that was understood and is not allowed; nothing was changed.

    `message` is shown to the person (German, says what to do next); `code` is stable kebab-case
    and is what tests and machines rely on; `field` names the input it belongs to, if any.
    """

    status = 409

    def __init__(self, message: str, code: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class NotPermitted(Refused):
    """The actor's roles do not include the action."""

    status = 403


class NotFound(Refused):
    """The thing does not exist, or the actor may not know that it does."""

    status = 404
