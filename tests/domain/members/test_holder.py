"""The document that a card's holder shows."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.holder import DocumentKind, document_number


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (DocumentKind.ID_CARD, "11010519491231002x", "11010519491231002X"),
        (DocumentKind.ID_CARD, " 110105 19491231 002X", "11010519491231002X"),
        (DocumentKind.PASSPORT, "e1234 5678", "E12345678"),
        (DocumentKind.HOME_RETURN_PERMIT, "H12345678", "H12345678"),
    ],
)
def test_a_number_is_kept_without_spaces(kind: DocumentKind, text: str, kept: str) -> None:
    assert document_number(kind, text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (DocumentKind.ID_CARD, "110105194912310021"),
        (DocumentKind.ID_CARD, "11010519491231"),
        (DocumentKind.ID_CARD, "01010519491231002X"),
        (DocumentKind.PASSPORT, "王芳"),
        (DocumentKind.OTHER, "abc"),
    ],
)
def test_a_slip_of_the_pen_is_refused(kind: DocumentKind, text: str) -> None:
    with pytest.raises(Refusal, match=r"value_identity\.number_malformed"):
        document_number(kind, text)
