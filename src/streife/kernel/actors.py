"""What a package below `accounts` may know about whoever acts."""

from dataclasses import dataclass
from typing import Protocol


class Acting(Protocol):
    """Whoever acts; `streife.accounts.rules.Actor` is one."""

    @property
    def ref(self) -> str:
        """The name that goes into the journal."""
        ...

    def may(self, permission: str) -> bool:
        """Say whether one of the roles holds the permission."""
        ...

    def require(self, permission: str) -> None:
        """Pass only with the permission, else raise `NotPermitted`."""
        ...


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever sits at the server's console, or its schedule: may do what the command does."""

    ref: str

    def may(self, permission: str) -> bool:
        """Allow it: whoever may start programs here needs no permission from us."""
        return bool(permission)

    def require(self, permission: str) -> None:
        """Pass."""
