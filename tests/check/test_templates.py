from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.check.templates import check_templates
from newsletter.errors import TemplateError
from newsletter.paths import shipped_folder
from newsletter.render.issue import render_issue
from newsletter.render.templates import Templates, render_template
from newsletter.render.theme import load_theme
from tests.render.render_sample import IDENTITY, render, sample_issue, templates, theme


def _override(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return folder


def _shipped(name: str) -> str:
    return (shipped_folder("templates") / name).read_text(encoding="utf-8")


def test_one_file_of_the_operator_wins_and_the_others_stay_shipped(tmp_path: Path) -> None:
    own = _shipped("email/issue.txt").replace("Dates ahead", "The calendar")
    folder = _override(tmp_path, "email/issue.txt", own)
    rendered = render_issue(sample_issue(), IDENTITY, Templates(folder))
    assert "THE CALENDAR" in rendered.text
    assert rendered.html == render().html


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("one\n{% if %}", "issue.txt, line 2"),
        ("one\ntwo\n{{ issue.nothing }}", "issue.txt, line 3"),
        ("{{ nobody }}", "issue.txt, line 1"),
        ("\n{{ 1 / 0 }}", "issue.txt, line 2"),
        ("{% include 'email/gone.txt' %}", "email/gone.txt"),
        ("\n{% include 'email/issue.txt' %}", "issue.txt, line 2: it includes or calls itself"),
        (
            "{% macro again() %}\n{{ again() }}{% endmacro %}{{ again() }}",
            "issue.txt, line 2: it includes or calls",
        ),
    ],
)
def test_an_error_in_a_template_names_its_file_and_line_and_what_to_do(
    tmp_path: Path, template: str, place: str
) -> None:
    folder = _override(tmp_path, "email/issue.txt", template)
    with pytest.raises(TemplateError) as caught:
        render_issue(sample_issue(), IDENTITY, Templates(folder))
    assert place in str(caught.value)
    assert caught.value.hint


def test_a_template_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    folder = _override(tmp_path, "email/issue.txt", "{% include 'email/part.txt' %}")
    (folder / "email" / "part.txt").write_bytes("Grüße".encode("latin-1"))
    with pytest.raises(TemplateError) as caught:
        render_issue(sample_issue(), IDENTITY, Templates(folder))
    assert str(folder / "email" / "part.txt") in str(caught.value)


@pytest.mark.parametrize(
    "attack", ["{{ ''.__class__.__mro__ }}", "{{ issue.__init__.__globals__ }}", "{{ [].append(1) }}"]
)
def test_a_template_runs_in_a_sandbox(tmp_path: Path, attack: str) -> None:
    folder = _override(tmp_path, "email/issue.txt", attack)
    with pytest.raises(TemplateError):
        render_template(Templates(folder).environment, "email/issue.txt", {"issue": sample_issue()})


def test_the_shipped_templates_and_theme_pass_their_own_check() -> None:
    assert check_templates(templates(), IDENTITY) == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "email/parts.html",
            'class="t">{{ words(story.headline) }}',
            'class="t">{{ story.headline|safe }}',
            "<script>",
        ),
        ("email/issue.txt", "{{ links.unsubscribe }}", "", "does not show the unsubscribe link"),
        ("email/parts.html", "{% if story.caution %}", "{% if false %}", "does not show the caution"),
        (
            "email/parts.txt",
            "{% set told %}{{ story.headline }}",
            "{% set told %}{{ story.headline[:40] }}",
            "does not show the headline",
        ),
        (
            "email/parts.html",
            "{% endif %}>{{ section.title }}</h2>",
            "{% endif %}>{{ section.title }}</h2><h4>x</h4>",
            "level of headings",
        ),
        ("email/layout.html", 'role="presentation"', "", "role="),
        ("email/confirm.txt", "{{ links.action }}", "", "In the confirm notice"),
        ("email/parts.html", "{{ issue.number }}", "{{ issue.nummer }}", "nummer"),
        ("email/welcome.html", "{% endblock %}", "", "In the welcome notice"),
        ("email/layout.html", "</body>", "<script>1</script></body>", "holds <script>"),
    ],
)
def test_the_check_says_what_is_wrong_with_an_operators_template(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    changed = _shipped(name).replace(old, new, 1)
    assert changed != _shipped(name)
    folder = _override(tmp_path, name, changed)
    found = check_templates(Templates(folder), IDENTITY)
    assert any(said in finding.message for finding in found), found


def test_a_fault_that_shows_in_every_content_is_told_once(tmp_path: Path) -> None:
    folder = tmp_path / "email"
    folder.mkdir()
    (folder / "issue.html").write_text("{% if %}")
    found = check_templates(Templates(tmp_path), IDENTITY)
    assert [finding.message.partition(":")[0] for finding in found] == ["With every content"]
    assert "issue.html, line 1" in found[0].message


def test_a_theme_of_the_operator_needs_only_what_it_changes(tmp_path: Path) -> None:
    _override(tmp_path, "theme.toml", 'wordmark = "The Magnet"\n[light]\naccent = "#1F5C4D"\n')
    changed = load_theme(tmp_path)
    assert changed.light.accent == "#1f5c4d"
    assert changed.dark == theme().dark
    rendered = render_issue(sample_issue(), IDENTITY, Templates(tmp_path))
    assert "#1f5c4d" in rendered.html
    assert ">The Magnet</h1>" in rendered.html
    assert rendered.text.startswith("THE MAGNET\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[light]\nink = "black"', "light.ink"),
        ('[light]\ninkk = "#000000"', "light.inkk"),
        ('[fonts]\nbody = "Arial;} </style>"', "fonts.body"),
        ('[logo]\nurl = "https://x.example/l.png"', "logo"),
        ("[light", "not valid TOML"),
    ],
)
def test_a_wrong_theme_is_refused_by_the_name_of_the_setting(tmp_path: Path, content: str, said: str) -> None:
    _override(tmp_path, "theme.toml", content)
    with pytest.raises(TemplateError, match=said.replace("[", r"\[")) as caught:
        load_theme(tmp_path)
    assert caught.value.hint


def test_a_theme_that_cannot_be_read_is_found_by_the_check(tmp_path: Path) -> None:
    _override(tmp_path, "theme.toml", '[light]\nmuted = "#c0b8a8"\n')
    found = check_templates(Templates(tmp_path), IDENTITY)
    assert any(finding.check == "theme-contrast" and "muted on paper" in finding.message for finding in found)


def test_a_logo_replaces_the_wordmark_and_keeps_its_words(tmp_path: Path) -> None:
    _override(
        tmp_path,
        "theme.toml",
        '[logo]\nurl = "https://news.example.org/l.png"\nalt = "The Daily"\nwidth = 200\nheight = 40\n',
    )
    rendered = render_issue(sample_issue(), IDENTITY, Templates(tmp_path))
    assert "<h1" in rendered.html
    assert 'alt="The Daily" width="200" height="40"' in rendered.html
