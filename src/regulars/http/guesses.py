"""Codes that somebody types: wrong ones count against address, till and member.

Every try is charged before it is looked at, so a hundred guesses sent at once are a hundred
charges; a try that was no guess is given back.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores import attempts as limits
from regulars.http.auth import address_of, till_of
from regulars.http.edge import edge_of
from regulars.http.tries import subject, written
from regulars.storage import attempts
from regulars.storage.attempts import Subject
from regulars.use_cases.presented import CODE_UNKNOWN
from regulars.use_cases.sharing import SHARE_UNKNOWN

R = TypeVar("R")

PER_MEMBER = limits.Limit(10, timedelta(minutes=15), timedelta(minutes=15))
WRONG = frozenset({CODE_UNKNOWN.code, SHARE_UNKNOWN.code})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One request that carries codes; none of them, and nothing is counted."""

    request: Request
    codes: int
    member_id: UUID | None

    @classmethod
    def of(cls, request: Request, codes: Sequence[str], member_id: UUID | None = None) -> "Guess":
        """The codes of a request, for a member if she is known."""
        return cls(request=request, codes=len(codes), member_id=member_id)

    async def counted(self, answering: Callable[[], Awaitable[R]]) -> R:
        """What `answering` answers, unless too many tries were wrong.

        Refuses: session.too_many_attempts, and what `answering` refuses.
        """
        if not self.codes:
            return await answering()
        # Of several codes each is a try of its own.
        subjects = await self._subjects() * self.codes
        edge = edge_of(self.request)
        now = edge.clock()
        await written(edge, lambda tx: attempts.charge(tx, subjects, now=now))
        try:
            answer = await answering()
        except Refusal as refusal:
            if refusal.code not in WRONG:
                await self._give_back(subjects)
            raise
        await self._give_back(subjects)
        return answer

    async def _give_back(self, subjects: Sequence[Subject]) -> None:
        keys = [one.key for one in subjects]
        await written(edge_of(self.request), lambda tx: attempts.give_back(tx, keys))

    async def _subjects(self) -> tuple[Subject, ...]:
        edge = edge_of(self.request)
        address = subject(edge, limits.PER_ADDRESS, "code address", address_of(self.request))
        named = [address]
        till = await till_of(self.request)
        if till is not None:
            named.append(subject(edge, limits.PER_TERMINAL, "code till", str(till.terminal_id)))
        if self.member_id is not None:
            named.append(subject(edge, PER_MEMBER, "code member", str(self.member_id)))
        return tuple(named)
