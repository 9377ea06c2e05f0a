"""The lead-in of a sentence: whom it names, where that stands, and what of the sentence it replaces. Pure.

A sentence needs one where it does not say itself whose statement it is ("The mill opened", in the company's own
release), or says it by a word that would dangle ("The firm stated that …"). Who speaks is found by `english/speech/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newsletter.english.datelines import strip_dateline
from newsletter.english.full_names import find_full_name
from newsletter.english.letters import compile_latin
from newsletter.english.quantities import NUMBER_WORDS
from newsletter.english.rules import compile_pattern, remembered
from newsletter.english.sentences import Sentence, split_sentences
from newsletter.english.speech import issuers, people, sayings, speakers, voices
from newsletter.english.speech.running_quotes import lacks_speaker
from newsletter.english.stems import COUNTRIES, STOP, fold
from newsletter.highlights.persons import find_person, is_person
from newsletter.model import Article, Citation, LeadIn, Publisher, PublisherKind

# A lead-in, and the span that remains of its sentence; None for all of it.
Led = tuple[LeadIn | None, tuple[int, int] | None]

_ONE_QUOTATION = re.compile(r"[“\"](?P<said>[^“”\"]+?),?[”\"]?,?")
_SURNAME = compile_latin(r"[A-Z][a-zé’'-]{2,}")
_POINTS = re.compile(r"(?:this|these|that|those|it|he|she|they|such)\b")
# Words that are never the first of a name, beside those of `STOP`.
_PLAIN = re.compile(
    r"(?:Whether|Despite|Recently|Earlier|Last|Initial|Total|Using|New|Further|First|Two|Three|Four|Five|Once|Given"
    r"|Based|Compared|Following|Additional|Current|Annual|Average|Higher|Lower|Recent|Prices|Sales|Shares)$"
)


def name_voices(article: Article) -> str:
    """The names of its publisher and its author, who may be named in any bullet of ``article``."""
    return f"{article.publisher.name} {article.byline or ''}"


def may_be_name(text: str) -> bool:
    """Whether ``text`` does not begin like something else: "Since January", "Two traders"."""
    word = text.split(maxsplit=1)[0]
    return _PLAIN.match(word) is None and (word.lower() not in STOP or word in {"May", "Will"})


def cite(article: Article, sentence: Sentence) -> Citation:
    """Cite one sentence of ``article``."""
    return Citation(article=article.id, start=sentence.start, end=sentence.end, sentence=sentence.text)


def is_issued(article: Article) -> bool:
    """Whether its publisher speaks in it for itself: a company's release, an authority's notice."""
    return article.publisher.kind in {PublisherKind.ISSUER, PublisherKind.REGULATOR}


def find_speaker(
    article: Article, sentences: Sequence[Sentence], *, paid: bool, several: bool = False
) -> speakers.Speaker | None:
    """The one whose message ``article`` relays, if not ``paid`` for: from its own words, helped by its metadata.

    One of ``several`` items relays nobody's message as a whole.
    """
    if is_issued(article) and not paid:
        return _find_company(article, sentences)
    found = voices.find_voice(article.title, article.text, sentences)
    if paid or several:
        return found
    found = found or speakers.find_relayed(sentences, relays=article.origin is not None)
    return found if found and may_be_name(found.name) else None


def name_publisher(article: Article) -> Publisher:
    """The publisher of ``article`` as it is shown: of a release that another distributes, the company it is from.

    "Aranda Rare Earths, via Beacon Newswire", with its name in full where that stands in the text.
    """
    company, own = find_distributed(article), article.publisher
    return replace(own, name=f"{company}, via {own.name}", family=own.independence) if company else own


@remembered(64)  # asked for a headline, a label and each reference
def find_distributed(article: Article) -> str:
    """The company that a release says it is from, where its publisher only distributes it; else ""."""
    own = article.publisher
    if own.kind is not PublisherKind.ISSUER:
        return ""
    found = _find_company(article, split_sentences(article.text))
    if found is None or found.name.split()[0] in own.name:
        return ""
    names = find_companies(article.text)
    return next((name for name in names if f"{name} ".startswith(f"{found.name} ")), found.name)


def find_companies(text: str) -> Iterator[str]:
    """Each company that ``text`` names with its legal form, without it."""
    return (match["name"] for match in _COMPANY.finditer(text))


def _find_company(article: Article, sentences: Sequence[Sentence]) -> speakers.Speaker | None:
    """Whose release it is: its publisher's where the text names it, else whom it names; never its distributor's."""
    own = article.publisher.name
    names = [name for name in _PARTED.split(_IN_BRACKETS.sub("", own)) if name.strip()]
    prose = [(s, _IN_BRACKETS.sub("", strip_dateline(s.text)[0])) for s in sentences if s.is_prose]
    for name in reversed(names):
        if _DISTRIBUTES.search(name):
            continue
        word = name.strip().removeprefix("The ").split()[0]
        first = re.compile(rf"\b{re.escape(word)}\b(?![^()]*\)\s?[-–—])")
        if sentence := next((s for s, text in prose if first.search(text)), None):
            short = _WHOSE.sub("", name.strip())
            return speakers.Speaker(name=short, sentence=sentence, strong=True, issuer=True)
    found = issuers.find_issuer(sentences)
    if found is None and prose and (match := _FIRST_COMPANY.match(strip_dateline(prose[0][0].text)[0])):
        found = speakers.Speaker(name=match["name"], sentence=prose[0][0], strong=True)
    return replace(found, strong=True, issuer=True) if found else None


# Of what another distributes the first sentence begins with its company: "Acme Ltd (ASX: ACM) has agreed".
_FIRST_COMPANY = compile_pattern(
    r"(?P<name>{capital}(?:\s(?:of\s|and\s|&\s)?{capital}){0,6}?)(?:,?\s{legal_form}\b(?!\.?[’'])"
    r"|\s\([A-Z]{2}[\w\s.-]*:\s?\w+)"
)
_COMPANY = compile_pattern(r"\b(?P<name>{capital}(?:\s(?:and\s|&\s)?{capital}){0,5}?),?\s{legal_form}\b")
_WHOSE = compile_latin(
    r" of the People[’']s Republic of \w+$|,\s(?:[A-Z]\w*\.?\S*\s)*(?:Department|Ministry|Republic)\b.*$"
)
_DISTRIBUTES = re.compile(r"\b(?:[Aa]nnouncements?|[Nn]ews ?[Ww]ire|Wire|Regulatory News)\b")
_PARTED = re.compile(r"\s[–—|/-]\s")  # "ASX Announcement – Acme Ltd (ASX: ACM)", "Acme Ltd / Market Wire"
_IN_BRACKETS = re.compile(r"\([^()]*\)|https?://\S+|www\.\S+|/ [^/]{3,40} /")  # tickers, addresses, datelines


def make_lead_in(article: Article, name: str, sentence: Sentence) -> LeadIn:
    """The lead-in of whoever ``name`` is, whom ``sentence`` establishes as the speaker."""
    return LeadIn(text=speakers.lead_in_text(name), speaker=name, citation=cite(article, sentence))


def introduce_speaker(lead_in: LeadIn, article: Article) -> LeadIn:
    """The lead-in with who its speaker is, where ``article`` says so: "Ada Brown, CEO of Acme, says:"."""
    called = speakers.lead_in_text(lead_in.speaker)
    said = speakers.lead_in_text(people.introduce(lead_in.speaker, article.text, article.title))
    if not lead_in.text.endswith(called) or said in lead_in.text:
        return lead_in
    before = lead_in.text.removesuffix(called)  # the question
    return replace(lead_in, text=f"{before}{lower_first(said, article.text) if before else said}")


def lead_author(article: Article, sentence: Sentence, *, house: bool) -> LeadIn | None:
    """The lead-in of what is said in the first person: the author, or an analyst's house, or any ``house``; or None.

    A ``house`` that only prints others' texts is none.
    """
    kind = article.publisher.kind
    prints = {PublisherKind.ISSUER, PublisherKind.STATE_MEDIA, PublisherKind.AGGREGATOR, PublisherKind.OTHER}
    own = kind is PublisherKind.ANALYST or (house and kind not in prints)
    name = article.byline or (article.publisher.name if own else "")
    return make_lead_in(article, name, sentence) if name else None


def choose_lead_in(article: Article, sentence: Sentence, *, speaker: speakers.Speaker | None) -> Led:
    """The lead-in in the place of a sentence's own attribution, or that of the article's speaker where it has none."""
    found = sayings.find_attribution(sentence.text)
    own = make_lead_in(article, speaker.name, speaker.sentence) if speaker else None
    if found is None:
        goes_on = lacks_speaker(sentence.text)  # of whose quotation only the sentence above tells
        return (own if speaker and not goes_on and speakers.inherits(sentence, speaker) else None), None
    if named := _name_speaker(article, sentence, found):
        return make_lead_in(article, *named), _within_marks(sentence.text, found.start, found.end)
    if speaker and _can_mean(speaker, found.subject, article, sentence):
        if found.clause and found.form == "before":
            return own, (found.start, found.end)
        return (own if speaker.strong else None), None
    return None, None


def _name_speaker(
    article: Article, sentence: Sentence, found: sayings.Attribution
) -> tuple[str, Sentence] | None:
    """The full name of a speaker called "he" or by surname alone, and where it stands; None in doubt.

    A surname that the headline has needs none.
    """
    sentences, subject, name = split_sentences(article.text), found.subject, ""
    if found.clause and found.form == "after" and subject.lower() in {"he", "she"}:
        name = find_person(sentence, sentences, subject)
    elif found.clause and _SURNAME.fullmatch(subject) and subject not in article.title:
        points = _POINTS.match(sentence.text, found.start)
        if not points and (found.that or found.form == "after"):
            name = find_full_name(subject, article.text)
    place = next((s for s in sentences if name and name in " ".join(s.text.split())), None)
    return (name[0].upper() + name[1:], place) if place else None


def _within_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of what is said, without the marks where it is one quotation: “…,” he said."""
    said = _ONE_QUOTATION.fullmatch(text, start, end)
    return said.span("said") if said else (start, end)


def _can_mean(speaker: speakers.Speaker, subject: str, article: Article, sentence: Sentence) -> bool:
    """Whether "it" or "the firm" can mean ``speaker``: no person, and nobody else spoke since."""
    thing = sayings.is_anaphor(subject) and subject.lower() not in {"he", "she", "we", "they"}
    person = is_person(speaker.name, article.text) or people.POST.match(speaker.name)  # "CEO Ada Brown"
    if not thing or person:
        return False
    for before in reversed(split_sentences(article.text)[: sentence.index]):
        said = sayings.find_attribution(before.text)
        if said and not sayings.is_anaphor(said.subject):
            return said.subject.removeprefix("The ").split()[0] == speaker.name.split()[0]
    return True


def lower_first(text: str, article: str) -> str:
    """Begin in lower case after a lead-in, unless the word may be a name: ``article`` never has it in small letters."""
    head = compile_latin(r"[A-Z][a-z]*\b(?![-$€£&]|\.[A-Z]|\.\s\d)").match(text)
    if head is None or head.group() == "I" or fold(head.group()) in COUNTRIES:
        return text
    word, small, rest = head.group(), head.group().lower(), text[head.end() :]
    named = compile_latin(r"\s[A-Z]").match(rest) is not None  # "Royalty Management"
    if not may_be_name(word) or ((small.endswith("ly") or small in NUMBER_WORDS) and not named):
        return text if named and small in _IN_NAMES else small + rest  # "New York"
    common = compile_latin(rf"[a-z,]\s{small.removesuffix('s')}s?\b(?![.@/]\w)").search(article)
    return small + rest if (common or _NO_NAME.search(small)) and not named else text


_IN_NAMES = frozenset(("new", "first", "lower", "higher"))
_NO_NAME = re.compile(
    r"(?:tion|ment|cant|ndent)s$|ional$|able$|^(?:hundreds|thousands|millions|dozens|today)$"
)
