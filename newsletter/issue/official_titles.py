"""The title of an official document as a headline: who acts, the act as a verb, and what it acts on. Pure.

The rule, for whoever asks why a headline differs from its document's title: what kind of document it is and its numbers
go; an act as a noun ("initiation of") becomes its verb, behind the body whose act it is: the subject of the text's
first sentence, or the publisher; a closed list of wording gets the plain words for it. The words are in
official_titles.toml. A notice "on" something without an act is issued. Any other title stays as it is: one of no body
or of two, or of what the title or that sentence calls proposed, asked for or refused, so that nothing is told as done
that is not.
"""

from __future__ import annotations

import re
from typing import Any

from newsletter.data_files import read_data
from newsletter.english.letters import compile_latin
from newsletter.english.polarity import NEGATION
from newsletter.english.sentences import split_sentences

# Behind the kind of document: "(EU) 2026/11 of 3 May 2026".
_NUMBERED = r"(?: \(\w+\))?(?: No\.? ?[\w/-]+| \d{4}/\d+)?(?: of \d{4}| of \d{1,2} \w+ \d{4})?"
_NUMBER = re.compile(r"\bNos?\.? (?=[\w/-]*\d)")  # "Regulation (EU) No 2026/11" denies nothing
_WORD = re.compile(r"[^\W\d_]+")
_DASH = re.compile(r"\s[—–-]\s")
_PLAIN = frozenset({"certain", "on", "of", "for", "and", "the"})  # which no name begins with
_LABEL = r"(?:[A-Z][A-Za-z]+: )?(?:[Tt]he )?"  # "SUMMARY: The Department of Commerce …"
# Behind a subject: an active verb. "The Ministry of Trade was asked" says nothing of what it did.
_ACTS = (
    r"(?:,? \([^()]*\))? (?!(?:is|was|are|were|(?:has|have|had) been) (?!\w+ing\b))"
    r"(?!(?:of|and|or|in|for|on|to)\b)[a-z]"
)
# Characters behind a verb in which it is denied; "countries not members of the Union" stand further on.
_OF_VERB = 40
_TOP = 1200  # characters of a text in which its first sentence ends
TABLE: dict[str, Any] = read_data("newsletter.issue", "official_titles.toml")
_DOCUMENT = compile_latin(
    rf"\A(?:[A-Z]\w+ )?(?:Implementing |Delegated |Executive )?(?:{'|'.join(TABLE['documents'])}){_NUMBERED}"
    r"(?:[:,–—-]+ | (?:of|on|concerning|regarding|about) | (?=\w+ing ))",
    re.IGNORECASE,
)
_ACT = re.compile(rf"\A(?:the )?(?P<act>{'|'.join(TABLE['acts'])}) ", re.IGNORECASE | re.ASCII)
_BODY = "|".join(word.capitalize() for word in TABLE["bodies"])
_NAME = compile_latin(
    rf"(?P<name>(?:[A-Z][\w’'-]+ )*(?:{_BODY})"
    r"(?: of (?:the )?[A-Z]\w+(?:,? and [A-Z]\w+(?: [A-Z]\w+)*)*)?)(?![\w’'])"
)
_ANY_NAME = _NAME.pattern.replace("?P<name>", "?:")
# Whose document it is, behind its kind: "the Ministry of Commerce and the General Administration of Customs on".
_BY = compile_latin(
    rf"\A(?:the )?{_NAME.pattern}(?: of the People['’]s Republic of China)?(?:,? and (?:the )?{_ANY_NAME})*"
    r"(?: (?i:on|concerning|regarding|announcing)| (?i:on )?(?=(?i:implementing|imposing|suspending|extending))) "
)
_NOTICE = re.compile(rf"\A(?P<name>{_BODY})? ?[Nn]otice (?:on|concerning|regarding) (?:the )?")
_UNDONE = re.compile(rf"\b(?:{'|'.join(TABLE['undone'])})", re.IGNORECASE)


def write_headline(title: str, text: str, publisher: str = "") -> str:
    """Return ``title`` as a headline where it is that of an official document; ``text`` is the document."""
    rest = title
    while kind := _DOCUMENT.match(rest):
        rest = rest[kind.end() :]
    by = _BY.match(rest) if rest != title else None
    rest = rest[by.end() :] if by else rest
    done, notice = _ACT.match(rest), _NOTICE.match(title)
    if rest == title or not (done or notice):
        return title
    first = next((one for one in split_sentences(text[:_TOP]) if one.is_prose), None)
    said = first.text if first else ""
    found = re.match(f"{_LABEL}{_NAME.pattern}{_ACTS}", said), _NAME.search(publisher)
    if not any(found) and notice and notice["name"]:
        found = None, notice
    if by and not found[0]:
        found = None, by
    who, *others = [one["name"] for one in found if one] or [""]
    told = _NUMBER.sub("", f"{title} {text[: first.end] if first else ''}")
    acts = f"{_NUMBER.sub('', title)} {said[: found[0].end() + _OF_VERB] if found[0] else said}"
    is_other = any(who not in other and other not in who for other in others)
    # A notice of anything is issued.
    is_undone = done and (_UNDONE.search(told) or NEGATION.search(acts))
    if not who or is_other or is_undone:
        return title
    what = rest[done.end() :] if done else rest.removeprefix("the ")
    for form in TABLE["form"]:
        what = re.sub(form["written"], form["plain"], what)
    if _DASH.search(what):  # which may reverse it: "— annulled"
        return title
    if sum(word[0].isupper() for word in what.split()) * 2 > len(what.split()):  # capitals throughout
        words = _PLAIN.union(re.findall(r"[^\W_]+", text))
        what = _WORD.sub(lambda word: word[0].lower() if word[0].lower() in words else word[0], what)
    what = re.sub(rf" in {re.escape(who.split()[0])}(?: Province)?$", "", what)  # said by who it is
    acts = TABLE["acts"][done["act"].lower()] if done else "issues a notice on"
    return f"{who} {acts} {what}".strip()
