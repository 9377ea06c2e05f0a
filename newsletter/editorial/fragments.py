"""Lines that look like sentences and are none: a name with its description, a label, a heading run into its text. Pure."""

from __future__ import annotations

import re

from newsletter.editorial.sentences import BlockKind

_FINITE = (
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|shall|should|must|does|do|did|said|says|told|fell|rose|grew|won|made|began|"
    r"took|became|came|went|got|saw|set|hit|cut|led|held|met|paid|sold|bought|built|gave|lost|left|found|sent|spent|ran|put|brought|kept|drew)"
)
_HEAD_VERB = re.compile(
    rf"\b{_FINITE}\b|(?<![-\w])(?!used\b|based\b|located\b|owned\b|backed\b|designed\b)[a-z]+ed\s(?:the|an?|its|that|\d|[A-Z])|[a-z][a-z]+s\s(?:the|an?|its|as|that)\b|"
    r"\b(?:plans|owns|holds|expects|reports|announces|receives|produces|provides|includes|controls|acquires|operates|offers|remains|aims|supports|"
    r"targets|shows|highlights|emphasi[sz]es?|confirms|increases|rises|falls|needs|makes|gives|takes|puts|uses|signs|opens|closes|completes|sees)\b"
)
# "Acme Holdings, a mine in the south that produces sand": the description never ends in a verb.
_DESCRIBED = re.compile(
    r"^[A-Z][\w.&’' -]{1,60},(?:\s[A-Z]\w{1,4}\.?,)?\s(?:an?|one of)\s(?P<rest>.+)$", re.DOTALL
)
_GOES_ON = re.compile(rf"^(?:today\s|also\s|\w+ly\s|and\s)?(?:{_FINITE}|[a-z]+(?:s|ed))\b")
# "Ada Brown, Chair of Acme General Smith served 37 years": two lines run together.
_ROLE_RUNS_ON = re.compile(
    rf"^[A-Z][\w.’'-]+(?:\s[\w.’'-]+){{1,3}},\s(?:Chair\w*|Chief|CEO|CFO|COO|President|Director|Founder|Managing|Executive|Vice|Senior|Head)\b[^,]*?\s(?:{_FINITE}|[a-z]+ed)\b"
)
_LABEL = re.compile(r"^[A-Z][\w /&-]{1,40}:\s+(?P<rest>.+)$", re.DOTALL)
_TITLED_HEAD = re.compile(
    r"^(?P<head>(?:[A-Z][\w.’'-]*\s|of\s|and\s|the\s|for\s){4,}?)(?:Mr|Mrs|Ms|Dr|Prof)\.\s(?P<name>[A-Z]\w+)"
)


def is_fragment(text: str, kind: BlockKind) -> bool:
    """Whether ``text`` is no whole sentence: it has no main verb of its own, or two lines were run together."""
    if (match := _DESCRIBED.match(text)) and not any(
        _GOES_ON.match(part) for part in re.split(r",\s", match["rest"])[1:]
    ):
        return True
    if re.match(r"(?:With|Despite)\b", text) and all(
        re.match(r"(?:and|or|including|while|as well as)\b", part) for part in re.split(r",\s", text)[1:]
    ):
        return not _HEAD_VERB.search(text)
    if _ROLE_RUNS_ON.match(text):
        return True
    if (match := _TITLED_HEAD.match(text)) and match["name"] in match["head"].split():
        return True
    if kind is not BlockKind.BULLET:
        return False
    label = _LABEL.match(text)
    return not _HEAD_VERB.search(re.sub(r"\([^()]*\)", "", label["rest"] if label else text))
