"""What a package below `accounts` may know about whoever acts."""

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
