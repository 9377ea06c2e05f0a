"""From an issue to what its reader sees of it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from newsletter import links
from newsletter.config import Identity
from newsletter.english.days import find_days, read_day
from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern
from newsletter.english.stems import content_roots
from newsletter.issue.dates_ahead import find_condition, read_agenda
from newsletter.issue.key_words import find_telling
from newsletter.issue.subject_line import condense, fit_headline, names_whose, write_lines
from newsletter.model import (
    AlsoNoted,
    Citation,
    Correction,
    DateAhead,
    Highlight,
    Issue,
    IssueKey,
    IssueStory,
)
from newsletter.render.coverage import describe_coverage, sum_up_coverage
from newsletter.render.evidence import find_numbers, index_numbers, number_sentences
from newsletter.render.present_price import show_price
from newsletter.render.present_story import Frame, mark, show_story
from newsletter.render.view import (
    Addresses,
    CorrectionView,
    DateLine,
    IssueView,
    Keyed,
    Mark,
    NotedLine,
    SectionView,
)
from newsletter.render.words import (
    RANGES,
    capitalize,
    clean,
    find_first_clause,
    language_direction,
    local_day,
    split_postal,
    write_date,
    write_days,
)

_LABEL = compile_latin(
    r"[A-Z][^.:;]{0,60}:\s"
)  # whatever a line begins with before a colon: a speaker, a place
_BEFORE_DAY = re.compile(r"(?P<said>\S.*)\s(?P<when>by|before|from|until|not? later than)\s")
_ON_DAY = re.compile(r"\son\s(?:\w+day,?\s)?$|(?<=\bdue)\s$")
_ABBREVIATED = compile_latin(r"\b[A-Z]\.$|\b[ap]\.m\.$")  # "Washington, D.C."
_POINTS = re.compile(
    r"\b(?:he|she|they|spokes\w+|both sides"
    r"|the (?:firm|ministry|company|agency|plant|agreement|winner|customer|list))\b",
    re.IGNORECASE,
)
_ABOUT_CHARS = 55
_GENERAL = compile_latin(
    r"(?:An?|The|One|Some|Any|Its?|This|These) [a-z]"
    r"|(?:(?:An?|The|One|Some|Any|Its?|This|These) (?:[A-Z]\w+ )?)?(?:Regulation|Act|Law|Order|Decree|Notice|Company"
    r"|Commission(?:ers)?|Board|Council|Directorate|Agency|Ministry|Committee|Cabinet|Parliament|Senate|Court)\b"
)
_NEAR = 2  # words in common
_OPEN_QUOTE = re.compile(r"“[^”]*$|^[^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$")
# Before a day: "between 1 and 4 May".
_OF_SPAN = compile_latin(r"(?:\d|\d [A-Z][a-z]+|\bbetween\s\S+)(?:\s?[–-]\s?|\s(?:and|to|or)\s)$")
_DATE_CHARS = 110
_EFFECT = re.compile(
    r"\b(?P<what>(?:[Aa]n?|[Tt]he) \w(?:(?! (?:that|which|is|are|was|were|has|have) )[^,;:—]){3,90}),? (?:that|which) "
    r"(?P<does>(?:will |would |is to |is expected to )?"
    r"(?:takes? effect|(?:comes?|enters?) into (?:force|effect)|expires?|(?P<closes>closes?|ends?)))(?: on| from)? $"
)
# Before what takes effect, where no verb can say that it does not ("has cancelled the tender that closes on 1 March").
_OPENING = re.compile(r"(?:(?:In|At|Under|For|Before|After|By|On) )?")
# Or a second thing, which it may be said of.
_HAS_VERB = compile_pattern(r"\b{finite}\b|\s(?:the|an?|its|all)\b")
_BESIDE_VERB = re.compile(r".*\b(?:for|from|of|under|with|by) ")
# "has given the company until 7 December to hand over its registers": what is due that day, and who has until then.
_UNTIL = compile_latin(
    r"(?:^.*\b(?:gives|gave|ha(?:s|ve) given) (?P<given>(?!(?:its?|them|their|him|his|her) )[\w ]{3,40})"
    r"|^(?P<subject>(?:The )?[A-Z][\w’.-]*(?: (?:of |and |the )*[A-Z][\w’.-]*){0,4}|The [a-z-]+(?: [a-z-]+)?)"
    r" ha(?:s|ve)) (?:until|till) $"
)
_DUE = compile_latin(r" to (?P<what>[a-z][^,;:]{3,90}?)\.?$")
_UNDONE = re.compile(
    r"\b(?:cancel\w*|call(?:s|ed)? off|scrap\w*|withdr[ae]w\w*|annul\w*|overturn\w*|suspen[ds]\w*|halt\w*|stop\w*|dead"
    r"|postpon\w*|delay\w*|drop(?:s|ped)|shel(?:f|v)\w*|repeal\w*|lift(?:s|ed)|revok\w*|abandon\w*|no longer)\b",
    re.IGNORECASE,
)
# With any of these that may be the case, or is what somebody says.
_UNSURE = re.compile(
    r"\b(?:if|unless|provided|subject to|pending|once|not|no|nor|never|would|could|may|might|should|must|reject\w*"
    r"|refus\w+|propos\w+|plan\w*|den(?:y|ies|ied)|that|which|who|says?|said|claim\w*|report\w*|ask\w*|want\w*"
    r"|hop(?:es?|ed)|nobody|Nobody|None|Few|Hardly|Only|believ\w+|think|fear\w*|urg\w+|expect\w*|[Ii]t"
    r"|[Tt]hey)\b|n[’']t\b"
)
# What stands before a clause and parts none: "Under the scheme, bids close on 20 January".
_OPENS = re.compile(r"(?:Under|In|At|For|After|Before|With|Within) [^,;:]{3,50}, ")
# "To report, by 20 January, all stocks".
_BESIDE = re.compile(r", (?:by|before|until|not later than|no later than) $")
_HOUR = re.compile(
    r"(?P<hour>(?:, \d\d?[.:]\d\d(?: [ap]\.?m\.?)?(?: \([^()]*\))?)?)(?:, (?:through|via) the [\w ]+)?[. ]*"
)
_CONDITION = re.compile(r"\b(?:if|unless|provided|subject to|pending|once|until|not|no)\b", re.IGNORECASE)
_PREDICATE = re.compile(r",?\s(?:is|are|was|were|will|would|has|have|had|may|might|can|could|must|cannot)\b")
# "The sale, which closes" breaks off without its day.
_RELATIVE = re.compile(r",\s(?:which|who)(?:\s\w+){1,2}$")
_CLAUSES = re.compile(r"[;:—–]|,(?! ?\d)|\b(?:and|or|but|while|that|which|who|because|if|when|after|as)\b")


def present_issue(issue: Issue, identity: Identity) -> IssueView:
    """Return what a reader sees of ``issue``. The same for the same arguments."""
    frame = Frame(issue, identity)
    # What the prices tell comes last.
    by_weight = sorted(issue.by_weight, key=lambda story: story not in issue.news)
    ranks = {story.key: rank for rank, story in enumerate(by_weight)}
    sections = tuple(
        SectionView(
            key=section.key,
            title=clean(section.title),
            apart=section.apart,
            stories=tuple(show_story(story, frame, rank=ranks[story.key]) for story in section.stories),
        )
        for section in issue.sections
        if section.stories
    )
    dates = tuple(
        replace(_show_date(item, issue, frame), rank=ranks.get(item.story, len(ranks)))
        for item in issue.dates_ahead
    )
    since = local_day(issue.covers_since, identity.zone) if issue.covers_since else None
    return IssueView(
        newsletter=clean(issue.newsletter),
        tagline=clean(identity.tagline),
        language=identity.language,
        direction=language_direction(identity.language),
        subject=clean(issue.subject),
        preheader=write_days(clean(issue.preheader)),
        day=write_date(issue.date, weekday=True),
        number=issue.number,
        lines=_show_lines(issue, frame),
        prices=tuple(show_price(one, frame) for one in issue.prices),
        note=clean(issue.note or ""),
        editors_note=tuple(clean(part) for part in (issue.editors_note or "").split("\n\n") if part),
        corrections=tuple(show_correction(one, identity) for one in issue.corrections),
        catching_up=f"This issue also covers what came in since {write_date(since)}." if since else "",
        sections=sections,
        noted=tuple(_show_noted(item, frame) for item in issue.also_noted if item.read),
        unread=tuple(_show_noted(item, frame) for item in issue.also_noted if not item.read),
        dates=dates,
        abbreviations=tuple((clean(short), clean(words)) for short, words in issue.abbreviations),
        coverage=describe_coverage(issue.coverage),
        coverage_line=sum_up_coverage(issue.coverage),
        links=_find_addresses(identity, issue.key),
        why=clean(identity.why),
        postal=split_postal(identity.postal_address),
    )


def show_correction(correction: Correction, identity: Identity) -> CorrectionView:
    """Return a correction as its reader sees it."""
    base, secret = identity.base_url, identity.archive_secret
    key, story = correction.issue, correction.story
    url = links.story_url(base, key, story, secret) if story else links.issue_url(base, key, secret)
    return CorrectionView(
        day=write_date(key.date),
        url=url,
        headline=clean(correction.headline),
        wrong=clean(correction.mistake.wrong),
        right=clean(correction.mistake.right),
        why=clean(correction.mistake.why),
        at=write_date(local_day(correction.at, identity.zone)),
    )


def _find_addresses(identity: Identity, issue: IssueKey) -> Addresses:
    """Return where the links around an issue lead; a private archive has no list: ""."""
    base = identity.base_url
    return Addresses(
        web=links.issue_url(base, issue, identity.archive_secret),
        archive="" if identity.archive_secret else links.archive_url(base),
        home=links.home_url(base),
        privacy=links.privacy_url(base),
        unsubscribe=links.unsubscribe_url(base, links.UNSUBSCRIBE_SLOT),
        preferences=links.preferences_url(base, links.UNSUBSCRIBE_SLOT),
    )


def _show_noted(noted: AlsoNoted, frame: Frame) -> NotedLine:
    identity = frame.identity
    day = local_day(noted.published, identity.zone) if noted.published else None
    dated = f", {write_date(day, seen=frame.issue.date)}" if day else ""
    language = (noted.language or "").split("-")[0].lower()
    return NotedLine(
        headline=clean(noted.headline),
        url=frame.link(noted.url) or "",
        details=", ".join(filter(None, (clean(capitalize(noted.label)), clean(noted.publisher)))) + dated,
        language=language if language.isalpha() and language != identity.language.split("-")[0] else "",
    )


def _show_date(ahead: DateAhead, issue: Issue, frame: Frame) -> DateLine:
    page = frame.page(ahead.story)
    story = next((item for item in issue.stories if item.key == ahead.story), None)
    marks: tuple[Mark, ...] = ()
    if story is not None:
        numbers = index_numbers(number_sentences(story, issue))
        cited = [one for one in (ahead.condition, ahead.citation) if one]  # the condition says the day, too
        marks = mark(find_numbers(numbers, cited), page)
    short = replace(ahead, text=_condense(ahead, issue.date))
    day, text = _word_date(short, issue.date)
    told = min((_before_day(words, ahead.date, issue.date) for words in (text, ahead.text)), key=len)
    if story is not None and not _LABEL.match(text) and _asks_whose(told, text, story.headline):
        about = fit_headline(find_first_clause(story.headline), _ABOUT_CHARS)
        text = f"{text if _ABBREVIATED.search(text) else text.rstrip('.')} ({about})."  # "Comments are due": on what?
    if ahead.condition and (clause := find_condition(ahead.condition.sentence)):
        day += f", {clause[0].lower()}{clause[1:]}"
    return DateLine(
        day=clean(day),
        text=write_days(clean(text)),
        url=marks[0].url if marks else "",
        marks=marks,
        is_told=story is not None and _is_cited(ahead.citation, story),
    )


def _asks_whose(told: str, text: str, headline: str) -> bool:
    """Whether one does not know which story a text is of, ``told`` of it before the day.

    One knows it where it begins with a name, or has several words of the headline.
    """
    if _POINTS.search(told) or not names_whose(told, headline):
        return True
    near = len(set(content_roots(text)) & set(content_roots(headline)))
    return _GENERAL.match(text) is not None and near < _NEAR


def _is_cited(citation: Citation, story: IssueStory) -> bool:
    """Whether a highlight of ``story`` tells the sentence."""
    told = {(one.article, one.end) for highlight in story.highlights for one in highlight.citations}
    return (citation.article, citation.end) in told


def _condense(ahead: DateAhead, today: date) -> str:
    """Return the text of a date, a long one without its asides, where that keeps the day."""
    if len(ahead.text) <= _DATE_CHARS or _LABEL.match(ahead.text):
        return ahead.text
    short = condense(Highlight(text=ahead.text, citations=(ahead.citation,)), _DATE_CHARS)
    kept = short and any(read_day(match, today) == ahead.date for match in find_days(short))
    return f"{short}." if kept else ahead.text


def _before_day(text: str, day: date, today: date) -> str:
    """Return what a text says before it names the day: "The regulation takes effect on"; all where it does not."""
    found = next((match for match in find_days(text) if read_day(match, today) == day), None)
    return text[: found.start()] if found else _CLAUSES.split(text, maxsplit=1)[0]


def _word_date(ahead: DateAhead, today: date) -> tuple[str, str]:
    """Return the day as it leads its line, and the rest: "By 4 May" and "X expects to decide.".

    What takes effect that day is told alone: "A ban on exports that takes effect on …". One clause that ends with the
    day leaves it out; where there are more, that would speak of all of them, so they say "that day".
    """
    written = write_date(ahead.date, seen=today)
    *_, last = (None, *find_days(ahead.text))
    if last is None or read_day(last, today) != ahead.date:
        return written, _say_that_day(ahead, today)
    before, after = ahead.text[: last.start()], ahead.text[last.end() :]
    if len(list(find_days(ahead.text))) == 1 and (told := _leave_day(ahead.text, before, after)):
        return " ".join(filter(None, (told[0], written))), told[1]
    # "…, which expires on 30 June, is under renegotiation"
    goes_on = _PREDICATE.match(ahead.text, last.end())
    if not goes_on and not _CONDITION.search(ahead.text) and (effect := _find_effect(ahead.text, before)):
        return written, effect
    hour = _HOUR.fullmatch(after)
    clause = _BEFORE_DAY.fullmatch(before) if hour else None
    said = clause["said"].rstrip(",") if clause else ""
    if hour is None or clause is None or _CLAUSES.search(_LABEL.sub("", said, count=1)):
        return written, capitalize(_say_that_day(ahead, today))
    when = "By" if "later" in clause["when"] else clause["when"].capitalize()
    return f"{when} {written}{hour['hour']}", capitalize(f"{said}.")


def _find_effect(text: str, before: str) -> str | None:
    """Return what takes effect on the day behind ``before``, where nothing says that it does not; else None."""
    found = _EFFECT.search(before)
    if found is None or _UNDONE.search(text) or _HAS_VERB.search(what := found["what"]):
        return None
    lead = before[: found.start()]
    is_beside = not found["closes"] and _BESIDE_VERB.fullmatch(lead)
    is_sure = is_beside or _OPENING.fullmatch(lead)
    return f"{capitalize(what)} {found['does']}." if is_sure else None


def _leave_day(text: str, before: str, after: str) -> tuple[str, str] | None:
    """Return "By", "From" or "", and the text without its one day, where nothing but that is lost; else None."""
    if agenda := read_agenda(text):
        return agenda[0].replace("On", ""), f"{capitalize(agenda[1])}."
    on = _ON_DAY.search(before)
    if on and not _CLAUSES.search(_OPENS.sub("", before, count=1)):
        return "", f"{before[: on.start()]}{after}"
    due, until = _DUE.fullmatch(after), _UNTIL.fullmatch(before)
    if due and until and not (_UNSURE.search(text) or _UNDONE.search(text) or _CLAUSES.search(due["what"])):
        who = until["given"] or re.sub(r"^The ", "the ", until["subject"])
        return "", f"Last day for {who} to {due['what']}."
    if (beside := _BESIDE.search(before)) and after.startswith(", "):
        return "By", f"{before[: beside.start()]}{after[1:]}"
    return None


def _say_that_day(ahead: DateAhead, today: date) -> str:
    """Return the text of a date with "that day" in place of the day, but in quotations and in spans of days."""
    for day in find_days(ahead.text):
        before, after = ahead.text[: day.start()], ahead.text[day.end() :]
        in_span = _OF_SPAN.search(before) or RANGES.match(after)
        if read_day(day, today) == ahead.date and not in_span and not _OPEN_QUOTE.search(before):
            if before == "On ":
                return capitalize(after.lstrip(" ,"))
            on = _ON_DAY.search(before)
            is_all = on and not after.strip(' .”"') and not _RELATIVE.search(before[: on.start()])
            if is_all and not _UNDONE.search(ahead.text):
                return f"{_ON_DAY.sub('', before)}{after}"
            return f"{before}{'that' if before else 'That'} day{after}"
    return ahead.text


def _show_lines(issue: Issue, frame: Frame) -> tuple[Keyed, ...]:
    """Return the day in four lines, each leading to its story's page; one story's alone would say it twice."""
    lines = (issue.lines or write_lines(issue.news)) if len(issue.stories) > 1 else ()
    shown = ((write_days(clean(line.text)), frame.page(line.story)) for line in lines)
    return tuple(Keyed(text=text, key=find_telling(text) or (0, 0), url=page) for text, page in shown)
