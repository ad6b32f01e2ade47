"""What clients send about members. Texts are bounded here and judged by the domain."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from regulars.domain.kernel.label import Language
from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.identity import IDENTITIES_MAX, IdentityKind
from regulars.domain.members.member import JoinedVia
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.http.schemas import Body
from regulars.use_cases.joining import IdentityText, JoinMember

Typed = Annotated[str, Field(min_length=1, max_length=300)]
Told = Annotated[str, Field(max_length=1_000)]
Reason = Annotated[str, Field(min_length=2, max_length=200)]
Yes = Annotated[bool, Field(strict=True)]
CHOICES_MAX = 20


class LookUpForm(Body):
    """Whatever the guest offers: a phone number, an e-mail address, a card."""

    text: Typed


class IdentityForm(Body):
    """An identity as it was typed or scanned."""

    kind: IdentityKind
    text: Typed

    def identity(self) -> IdentityText:
        """The identity that a command takes."""
        return IdentityText(kind=self.kind, text=self.text)


class ChoiceForm(Body):
    """A yes or no, under the words that were shown."""

    channel: Channel
    purpose: Purpose
    granted: Yes
    wording_version: Annotated[str, Field(min_length=1, max_length=40)]

    def choice(self) -> Choice:
        """The choice that a command takes."""
        return Choice(
            channel=self.channel,
            purpose=self.purpose,
            granted=self.granted,
            wording_version=self.wording_version,
        )


class JoinForm(Body):
    """A guest who joins."""

    id: UUID
    store_id: UUID
    identities: Annotated[list[IdentityForm], Field(min_length=1, max_length=IDENTITIES_MAX)]
    name: Told | None = None
    language: Language = "zh-CN"
    consents: Annotated[tuple[ChoiceForm, ...], Field(max_length=CHOICES_MAX)] = ()
    referral_code: Annotated[str, Field(min_length=1, max_length=40)] | None = None

    def command(self, actor: Actor) -> JoinMember:
        """The command that this form asks for."""
        told = () if self.name is None else (ProfileText(field=ProfileField.NAME, text=self.name),)
        return JoinMember(
            member_id=self.id,
            store_id=self.store_id,
            identities=tuple(one.identity() for one in self.identities),
            profile=told,
            language=self.language,
            consents=tuple(one.choice() for one in self.consents),
            via=JoinedVia.API if actor.kind is ActorKind.API_KEY else JoinedVia.TILL,
            referral_code=self.referral_code,
        )


class ProfileForm(Body):
    """Corrections: what is not named stays, what is null is taken back."""

    name: Told | None = None
    gender: Told | None = None
    birthday: Told | None = None
    address: Told | None = None
    likes: Told | None = None
    taboos: Told | None = None
    language: Language | None = None

    def told(self) -> tuple[ProfileText, ...]:
        """The fields that the form names."""
        named: dict[str, object] = {
            name: getattr(self, name) for name in sorted(self.model_fields_set - {"language"})
        }
        return tuple(
            ProfileText(field=ProfileField(name), text=str(text or ""))
            for name, text in named.items()
        )


class ConsentsForm(Body):
    """Choices that a member makes now."""

    choices: Annotated[list[ChoiceForm], Field(min_length=1, max_length=CHOICES_MAX)]
    language: Language = "zh-CN"


class ReasonForm(Body):
    """Why something is done by hand."""

    reason: Reason


class WordingForm(Body):
    """New words for one purpose."""

    version: Annotated[str, Field(min_length=1, max_length=40)]
    purpose: Purpose
    text_zh: Annotated[str, Field(min_length=1, max_length=2_000)]
    text_en: Annotated[str, Field(min_length=1, max_length=2_000)]
    since: date


class CouponForm(Body):
    """A coupon given by hand."""

    id: UUID
    coupon_type_id: UUID
    store_id: UUID
    reason: Reason
