"""PDF: what acts by itself is refused by name, however the name is spelt and wherever it is hidden."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SuyuanError
from ledger.trade.media.pdf import INFLATED_BYTES_MAX, TAIL_BYTES_MAX, check_pdf
from ledger.trade.media.refusals import MediaMalformed, PdfActive, PdfEncrypted, PdfUninspectable
from tests.trade.media.files import pdf

WHOLE = pdf()
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def with_object(body: bytes) -> bytes:
    """The document with an object more, where a reader would look for it."""
    at = WHOLE.rindex(b"xref")
    return WHOLE[:at] + b"99 0 obj\n" + body + b"\nendobj\n" + WHOLE[at:]


def stream(head: bytes, data: bytes) -> bytes:
    return with_object(b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(data), data))


def packed(inside: bytes, head: bytes = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode") -> bytes:
    return stream(head, zlib.compress(b"7 0 " + inside))


def test_a_page_with_words_and_a_link_passes() -> None:
    check_pdf(WHOLE)
    check_pdf(WHOLE + b"\r\n" * 4)
    check_pdf(packed(b"<</Type/Font>>"))
    check_pdf(packed(b"<</Type/Font>>", b"/Type /ObjStm /N 1 /First 4 /Filter [ /Fl ]"))
    check_pdf(stream(b"/Type/ObjStm/N 1/First 4", b"7 0 <</Type/Font>>"))


@pytest.mark.parametrize(
    "body",
    [
        SCRIPT,
        b"<</S /#4aavaScript /JS (x)>>",
        b"<</S /#4A#61#76#61#53#63#72#69#70#74 /JS (x)>>",
        b"<</OpenAction 5 0 R>>",
        b"<</Open#41ction[3 0 R/Fit]>>",
        b"<</AA<</O 5 0 R>>>>",
        b"<</#41A 5 0 R>>",
        b"<</AA%\n5 0 R>>",
        b"<</S/Launch/F(cmd.exe)>>",
        b"<</Type/EmbeddedFile>>",
        b"<</Names<</EmbeddedFiles 4 0 R>>>>",
        b"<</S/GoToR/F(other.pdf)>>",
        b"<</S/SubmitForm/F(https://x.example)>>",
        b"<</AcroForm<</XFA 4 0 R>>>>",
        b"<</Subtype/RichMedia>>",
        b"<</S/Rendition/JS(x)>>",
    ],
)
def test_what_acts_is_refused_wherever_it_stands(body: bytes) -> None:
    for hidden in (
        with_object(body),
        packed(body),
        packed(body, b"/N 1/First 4/Filter/FlateDecode"),
        packed(body, b"/Type/Obj#53tm/N 1/First 4/Fil#74er/Flate#44ecode"),
        packed(body, b"/X(\\) endobj obj)/Type/ObjStm/N 1/First 4/Filter/FlateDecode"),
        packed(body, b"% >> endobj\n/Type/ObjStm/N 1/First 4/Filter/FlateDecode"),
        stream(b"", body),
        WHOLE.replace(b"%%EOF", b"%" + body + b"\n%%EOF"),
    ):
        with pytest.raises(PdfActive):
            check_pdf(hidden)


def test_an_encrypted_document_is_refused() -> None:
    for spelt in (b"/Encrypt 9 0 R", b"/#45ncrypt 9 0 R"):
        with pytest.raises(PdfEncrypted):
            check_pdf(WHOLE.replace(b"trailer\n<<", b"trailer\n<<" + spelt))


@pytest.mark.parametrize(
    "head",
    [
        b"/Type/ObjStm/N 1/First 4/Filter/LZWDecode",
        b"/Type/ObjStm/N 1/First 4/Filter[/ASCIIHexDecode/FlateDecode]",
        b"/Type/ObjStm/N 1/First 4/Filter 8 0 R",
        b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
        b"/Type/ObjStm/N 1/First 4/F(elsewhere)/Filter/FlateDecode",
        b"/N 1/First 4/Filter[/FlateDecode/FlateDecode]",
    ],
)
def test_what_cannot_be_looked_into_is_refused(head: bytes) -> None:
    with pytest.raises(PdfUninspectable):
        check_pdf(packed(SCRIPT, head))


def test_an_object_stream_that_is_damaged_hidden_or_a_bomb_is_refused() -> None:
    head = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"
    with pytest.raises(PdfUninspectable, match="unpack"):
        check_pdf(stream(head, b"no such thing"))
    with pytest.raises(PdfUninspectable, match=str(INFLATED_BYTES_MAX)):
        check_pdf(stream(head, zlib.compress(bytes(INFLATED_BYTES_MAX + 1))))
    half = zlib.compress(bytes(INFLATED_BYTES_MAX // 2 + 1))
    check_pdf(stream(head, half))
    with pytest.raises(PdfUninspectable):
        check_pdf(stream(head, half).replace(b"xref", b"98 0 obj<<%s>>stream\n%s\nendstream endobj xref" % (head, half), 1))
    with pytest.raises(PdfUninspectable, match="no dictionary"):
        check_pdf(stream(b"/Type 7 0 R", b"x").replace(b"xref", b"7 0 obj /ObjStm endobj xref", 1))


def test_objects_without_end_are_counted() -> None:
    with pytest.raises(PdfUninspectable, match="objects"):
        check_pdf(with_object(b"1 obj endobj " * 200_001))
    with pytest.raises(PdfUninspectable, match="tokens"):
        check_pdf(with_object(b"[" + b"1 " * 20_000 + b"]"))
    # Objects inside of comments or strings of others, each of which runs to the end.
    for hidden in (b"1 0 obj%" * 10_000 + b"x" * 40_000, b"1 0 obj(\\(" * 10_000 + b"x" * 40_000):
        with pytest.raises(PdfUninspectable, match="dictionaries"):
            check_pdf(with_object(hidden))
    with pytest.raises(PdfUninspectable, match="escapes"):
        check_pdf(with_object(b"#41" * 200_001))
    tiny = b"7 0 obj<</N 1/First 4/Filter/FlateDecode>>stream\n" + zlib.compress(b"7 0 []") + b"\nendstream endobj "
    check_pdf(with_object(tiny * 2_000))


def test_beginning_and_end_are_those_of_a_pdf() -> None:
    for wrong in (b" " + WHOLE, WHOLE.replace(b"%PDF-1", b"%PDF-7"), WHOLE[: WHOLE.rindex(b"%%EOF")], b"%PDF-1.7"):
        with pytest.raises(MediaMalformed):
            check_pdf(wrong)
    with pytest.raises(MediaMalformed, match="%%EOF"):
        check_pdf(WHOLE + b"PK\x03\x04" + bytes(TAIL_BYTES_MAX))


def test_names_that_only_begin_alike_are_taken() -> None:
    check_pdf(with_object(b"<</AAPL:Keywords[(x)]/Launched true/JavaScripts 1/Encryption(no)>>"))


@given(st.binary(max_size=400), st.integers(0, 1_500), st.integers(0, 30))
def test_only_named_errors(patch: bytes, at: int, cut: int) -> None:
    for data in (WHOLE[:at] + patch + WHOLE[at + cut :], b"%PDF-1.7\n1 0 obj" + patch + b"stream\n%%EOF", packed(patch)):
        try:
            check_pdf(data)
        except SuyuanError:
            continue
