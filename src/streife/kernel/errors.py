"""The one exception for what was understood and refused."""

from collections.abc import Mapping

from streife.kernel.texts import said


class Refused(Exception):
    """A request that was understood and is not allowed; nothing was changed.

    `message` is shown to the person, in their language. It is written in German and says what to
    do next; `values` fill its `%(name)s`, so that the catalogue knows the sentence, and names of
    ours among them are translated too. `code` is stable kebab-case and is what tests and machines
    rely on; `field` names the input it belongs to, if any.
    """

    status = 409

    def __init__(
        self,
        message: str,
        code: str,
        *,
        field: str | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message % values if values else message)
        self._text = message
        self._values = values or {}
        self.code = code
        self.field = field

    @property
    def message(self) -> str:
        """The sentence for whoever reads it now."""
        values = {
            name: said(value) if isinstance(value, str) else value
            for name, value in self._values.items()
        }
        return said(self._text, values)


class NotPermitted(Refused):
    """The actor's roles do not include the action."""

    status = 403


class NotFound(Refused):
    """The thing does not exist, or the actor may not know that it does."""

    status = 404


class Unreadable(Refused):
    """What was sent cannot be read as what was asked for."""

    status = 422
