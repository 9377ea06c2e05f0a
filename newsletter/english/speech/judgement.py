"""The writer's own judgement: a tail ("—an explicit move toward …"), or a whole sentence. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re

from newsletter.english.sentences import Sentence

_SHORT_HEADING = 8  # words; a longer one is a headline that names an analysis among other things
_JUDGING = (
    r"(?:signal(?:l?ing)|underscor(?:ing)|reinforcing|reflecting|highlighting|suggesting|indicating|demonstrating|"
    r"illustrating|marking|cementing|positioning|strengthening|solidifying|setting the stage|raising (?:questions|concerns|the prospect)|"
    r"pointing to|paving the way|showcasing|emphasi[sz]ing|echoing|hinting|revealing|exposing|proving|showing|confirming|"
    r"fuel(?:l)?ing|sparking|stoking|bolstering|consolidating|deepening|heralding|testifying|making it clear|leaving)"
)
_JUDGED_NOUN = (
    r"(?:signal|sign|move|step|reminder|indication|indicator|shift|blow|boost|testament|milestone|development|breakthrough|"
    r"warning|wake-up call|turning point|departure|bid|effort|attempt|strategy|trend|gamble|win|victory|setback|feat|"
    r"decision|outcome|moment|validation|reflection|acknowledg(?:e)?ment|admission|concession|escalation|hallmark|cornerstone|play)"
)
_JUDGED_TAIL = re.compile(
    rf"(?P<cut>(?:,|\s?[—–]|\s-)\s?(?:(?:thereby|thus|further|clearly|and|effectively|potentially|while|simultaneously|in turn|again|consistently|already)\s+)*{_JUDGING}\b[^.]*?"
    rf"|(?:,|\s?[—–]|\s-{{1,2}})\s?(?P<view>(?:an?|yet another|another)\s+(?:(?!(?:is|are|was|were|has|have|had|that|which|who|marks?|makes?|to)\b)[\w-]+\s+){{0,4}}?{_JUDGED_NOUN}\b[^.]*?))(?P<end>[.!]?[”\"]?\s*)$"
)
_JUDGED_WHOLE = re.compile(
    r"^(?:taken together|in short|in sum|overall|ultimately|the (?:bottom line|takeaway|implication|message|signal|upshot)\b|"
    r"for (?:investors|western|u\.s\.|policymakers|the west|american|readers|allied|global markets)\b|in our view|we (?:believe|think|see|expect|view)|"
    r"(?:this|that|these|it|the (?:move|deal|news|announcement|decision|development|shift))\s+(?:also\s+)?(?:has|have|signals?|underscores?|reinforces?|"
    r"highlights?|suggests?|means?|reflects?|illustrates?|demonstrates?|shows?|marks?|matters?|could|may|represents?|is|are|points?|raises?|comes?)\b)",
    re.IGNORECASE,
)
_JUDGED_WITHIN = re.compile(
    r"\b(?:underscor(?:es|ed)|reinforces|(?:strategic|profound|significant|far-reaching) implications|speaks volumes|it remains to be seen|"
    r"should (?:be|read|watch|note)|game[- ]changer|make no mistake|sends a (?:clear )?(?:signal|message)|worth (?:noting|watching)|(?:represents?|marks?) an? (?:\w+ )?(?:significant|major|pivotal|key|historic|important|critical|new era|shift|step|milestone|breakthrough|leap|opportunity|move|turning)"
    r"|sets? the stage|(?:particularly|especially|strategically) (?:significant|important|positioned)|(?:well|uniquely|ideally) positioned|at the forefront|at the heart of|transformative|groundbreaking technology"
    r"|tectonic shift|key player|central player|monumental|leap forward|cannot afford|can no longer|waking up to|long-term solutions?|can(?:’t|'t) afford|quiet revolution|no longer (?:a question|optional)|redefining (?:global|the)|emerging as an?|beacon|stak(?:es|ing) its claim|poised to|stepping in(?:to)?\b|position itself|clear vision|(?:is|are|has been) (?:\w+ )?positioning (?:itself|for)|(?:is|are) position(?:ed|ing) as|key enabler|opportunity for \w+ widens|aggressive moves|stands? to benefit|(?:could|to) (?:benefit|capitali[sz]e) (?:from|on)|full potential|superior performance|invaluable|investment case|sets? (?:\w+ ){1,4}apart|struck a chord|strategic importance of|gives? (?:investors|shareholders)|provides? investors|stepping up to|could not be (?:more|clearer)|missing link|(?:possible|potential) (?:\w+ )?(?:roadmap|blueprint|road map))\b"
)
_AGENT = r"(?:the\s)?(?:[A-Z][\w.’&-]*|[a-z][\w’-]*)(?:\s[\w.’&-]+){0,5}?\s"
# "Acme is positioning as the government takes steps …", "Ada Brown joined the host as the company started …": the head is no news.
# "That became even clearer in May when Beijing imposed licences": the head points back and is no news either.
EMPTY_HEAD = re.compile(
    r"^(?:This|That|It|These|All this)\s(?:\w+\s)?(?:is|was|were|became|becomes|has become|grew)\s(?:\w+\s){0,2}?(?:clear(?:er)?|apparent|evident|obvious|visible|plain|true|acute|urgent)\b[^,;:“”]{0,40}?\s(?:when|after)\s(?=[A-Z])"
    r"|^(?:[A-Z(][\w.&’'():™-]*\s(?:and\s|of\s)?){1,12}(?:(?:is|are|remains?)\s(?:\w+ly\s|well\s)?(?:position(?:ed|ing)|emerging|advancing|gaining\s\w+|in\sfocus|rising|poised)(?:\sitself)?(?:\sfor\s[\w ]{3,30}?)?"
    r"|(?:joined|joins|spoke\swith|sat\sdown\swith|talks\sto)\s[A-Z][^,.;“”]{3,70}?)\sas\s"
    rf"(?={_AGENT}(?:is|are|was|were|has|have|had|will|takes?|took|moves?|seeks?|works?|faces?|begins?|began|starts?|started|continues?|tightens?|accelerates?|look(?:s|ed)?|pushes?|pushed|raised?|raises|secure[sd]|sign(?:s|ed)|launche[sd]|complete[sd]|report(?:s|ed)|announce[sd])\s)"
)
_VIEW_HEADING = re.compile(
    r"\b(?:why (?:this|it) matters|what (?:this|it) means|bottom line|our (?:take|view)|implications?|takeaways?|analysis|opinion|"
    r"commentary|conclusions?|outlook for investors|reality check|investor|what to watch|the big picture|so what)\b",
    re.IGNORECASE,
)


def find_judgement(sentence: str) -> re.Match[str] | None:
    """Find a tail that gives the writer's judgement of what went before ("—an explicit move toward …").

    Group ``cut`` is what to delete; group ``view`` is set where it stands alone as a noun phrase.
    """
    best: re.Match[str] | None = None
    for start in (m.start() for m in re.finditer(r",|\s?[—–]|\s-", sentence)):
        match = _JUDGED_TAIL.match(sentence, start)
        if match and start >= 20:
            best = match
            break
    return best


def says_why(sentence: Sentence) -> bool:
    """Whether it stands under a heading such as "Why this matters"."""
    return bool(sentence.heading and _VIEW_HEADING.search(sentence.heading))


def judges(text: str) -> bool:
    """Whether words of judgement stand in ``text``."""
    return _JUDGED_WITHIN.search(text.lower()) is not None


def is_judgement(sentence: Sentence) -> bool:
    """Whether the whole sentence is the writer's own judgement rather than news."""
    return bool(
        _JUDGED_WHOLE.match(sentence.text)
        or judges(sentence.text)
        or (
            sentence.heading
            and len(sentence.heading.split()) <= _SHORT_HEADING
            and _VIEW_HEADING.search(sentence.heading)
        )
    )
