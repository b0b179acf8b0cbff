"""The documents say what the code does."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import pytest
from click.testing import CliRunner

from cli.main import COMMANDS, suyuan
from tests.house.error_tables import leaves
from tests.house.generated import PARTS, rewritten
from tests.house.sources import CHECKOUT, listed, sources, tracked

ERROR_ROW: Final = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
MAKE_CALL: Final = re.compile(r"`?make ([a-z]+)")
MAKE_TARGET: Final = re.compile(r"^([a-z]+):.*##", re.MULTILINE)
SETTING: Final = re.compile(r"\bSUYUAN_[A-Z][A-Z_]*[A-Z]\b")
CITED_SECTION: Final = re.compile(r"docs/([A-Z]+\.md), ((?:\"[^\"\n]+\"(?:,? (?:and )?)?)+)")
LINK: Final = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def text_of(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


@cache
def headings(document: str) -> list[str]:
    return re.findall(r"^#+ (.+?)\s*$", text_of(document), re.MULTILINE)


@pytest.mark.parametrize("document", PARTS)
def test_the_generated_parts_are_up_to_date(document: str) -> None:
    text = text_of(document)
    assert text == rewritten(text, PARTS[document]), f"{document} is behind the code: run `make docs`"


def test_the_readme_shows_what_help_prints() -> None:
    printed = CliRunner().invoke(suyuan, ["--help"]).stdout
    assert printed.strip() in text_of("README.md")


def test_every_error_has_its_row_and_every_row_its_error() -> None:
    documented = ERROR_ROW.findall(text_of("docs/ERRORS.md"))
    assert sorted(documented) == [kind.__name__ for kind in leaves()]


def test_every_error_says_what_happened() -> None:
    wrong = [
        f"{kind.__module__}.{kind.__name__}: {kind.title!r}"
        for kind in leaves()
        if "title" not in vars(kind) or not kind.title or kind.title.endswith(".")
    ]
    assert not wrong, listed(wrong)


def test_every_command_has_its_heading() -> None:
    missing = {f"suyuan {name}" for name in COMMANDS} - set(headings("docs/OPERATIONS.md"))
    assert not missing, sorted(missing)


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(MAKE_TARGET.findall(text_of("Makefile")))
    named = {
        (name, target)
        for name in ("README.md", "docs/OPERATIONS.md", ".github/CONTRIBUTING.md", ".ci/run")
        for code in re.findall(r"`make [^`]*`|^make .*$", text_of(name), re.MULTILINE)
        for target in MAKE_CALL.findall(code)
    }
    assert named
    assert {(name, target) for name, target in named if target not in targets} == set()


def test_the_readme_names_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(re.findall(r"^make \w+$", text_of("README.md"), re.MULTILINE))


def test_every_setting_is_documented_and_no_other() -> None:
    code = [name for name in tracked() if not name.endswith(".md")]
    used = {setting for name in code if _is_text(name) for setting in SETTING.findall(text_of(name))}
    assert used == set(SETTING.findall(text_of("docs/OPERATIONS.md")))


def test_every_cited_section_exists() -> None:
    wrong = []
    for source in sources():
        for document, quoted in CITED_SECTION.findall(source.text):
            known = headings(f"docs/{document}")
            wrong += [
                f"{source.path}: docs/{document}, {title!r}" for title in re.findall(r'"([^"]+)"', quoted) if title not in known
            ]
    assert not wrong, listed(wrong)


def test_every_link_between_documents_leads_somewhere() -> None:
    wrong = []
    for name in tracked():
        if name.endswith(".md"):
            folder = (CHECKOUT / name).parent
            targets = [target for target in LINK.findall(text_of(name)) if "://" not in target]
            wrong += [f"{name}: {target}" for target in targets if not (folder / target).exists()]
    assert not wrong, listed(wrong)


def test_every_decision_has_its_rejected_options() -> None:
    sections = re.split(r"^## ", text_of("docs/DECISIONS.md"), flags=re.MULTILINE)[1:]
    wrong = [section.splitlines()[0] for section in sections if "\n**Rejected:**" not in section]
    assert sections
    assert not wrong, listed(wrong)


def _is_text(name: str) -> bool:
    return b"\0" not in (CHECKOUT / name).read_bytes()[:1024]
