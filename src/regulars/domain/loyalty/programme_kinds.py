"""The kinds of programme that this version knows, each with the module that reads it."""

from collections.abc import Mapping

from regulars.domain.loyalty.programme import Codec, ProgrammeKind

CODECS: Mapping[ProgrammeKind, Codec] = {}
