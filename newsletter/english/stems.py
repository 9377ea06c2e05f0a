"""Word forms folded together: case, possessives, demonyms, inflection. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from functools import lru_cache

POSSESSIVE = re.compile(r"(?:'s|’s|'|’)$")
STOP = frozenset(
    "a an the and or but nor so yet of in on at by for with from to into onto over under about after before "
    "between during through "
    "against among as than then that this these those it its he she they we i you his her their our your my me him "
    "them us who whom whose "
    "which what when where why how is are was were be been being am do does did done have has had having will "
    "would shall should can could "
    "may might must not no if because while although though since until unless there here also too very more most "
    "much many some any each every "
    "all both few several other another such own same only just even still again now up down out off s t re ve ll "
    "d m one ones per via "
    "said says say according told including include includes included like amid upon "
    "within without across around along toward towards".split()
)
_WORD = re.compile(r"[^\W_]+(?:[.'’&][^\W_]+)*")
_SUFFIXES = (
    "ational ization isation ations ation ingly ments ment ness edly ings ing ied ies ers ors ion ions er or ed "
    "es ly al s e y"
).split()
_DEMONYMS = {
    "chinese": "china", "american": "america", "americans": "america", "australian": "australia",
    "japanese": "japan", "british": "britain",
    "russian": "russia", "ukrainian": "ukraine", "canadian": "canada", "european": "europe", "german": "germany",
    "french": "france",
    "malaysian": "malaysia", "vietnamese": "vietnam", "indian": "india", "brazilian": "brazil", "korean": "korea",
    "burmese": "myanmar",
    "saudi": "saudi", "estonian": "estonia", "kazakh": "kazakhstan", "greenlandic": "greenland", "danish": "denmark",
    "swedish": "sweden",
    "norwegian": "norway", "italian": "italy", "spanish": "spain", "israeli": "israel", "iranian": "iran",
    "iraqi": "iraq", "african": "africa",
    "mexican": "mexico", "indonesian": "indonesia", "turkish": "turkey", "dutch": "netherlands",
    "scottish": "scotland", "welsh": "wales",
    "irish": "ireland", "english": "england", "polish": "poland", "greek": "greece", "egyptian": "egypt",
    "syrian": "syria", "pakistani": "pakistan",
    "afghan": "afghanistan", "nigerian": "nigeria", "kenyan": "kenya", "thai": "thailand", "swiss": "switzerland",
    "belgian": "belgium",
    "austrian": "austria", "portuguese": "portugal", "argentine": "argentina", "chilean": "chile",
    "colombian": "colombia", "cuban": "cuba",
    "londoner": "london", "parisian": "paris", "texan": "texas", "californian": "california", "asian": "asia",
    "finnish": "finland", "filipino": "philippines", "peruvian": "peru", "congolese": "congo", "laotian": "laos",
    "malagasy": "madagascar", "flemish": "flanders", "catalan": "catalonia", "cypriot": "cyprus",
    "danes": "denmark", "finns": "finland", "swedes": "sweden", "poles": "poland", "turks": "turkey",
}  # fmt: skip


COUNTRIES = frozenset(_DEMONYMS.values())


def lower_letters(text: str) -> str:
    """Lower case, letter by letter, so that a place in it is the same place in ``text`` ("İ" stays one letter).

    A pattern of small letters on this is several times as fast as one that ignores case.
    """
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


@lru_cache(maxsize=32768)
def fold(word: str) -> str:
    """Lower case, without possessive and full stops; a demonym becomes its country."""
    word = POSSESSIVE.sub("", word.lower().replace("’", "'")).replace(".", "")
    return _DEMONYMS.get(word, word)


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """Cut inflection off ``word``, roughly: enough that "exceeded" meets "exceeding"."""
    word = fold(word)
    if len(word) <= 3 or not word.isalpha():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "ei" else word


IRREGULAR = {
    form: verb
    for verb, forms in {
        "sell": "sold", "build": "built", "begin": "began begun", "grow": "grew grown", "fall": "fell fallen",
        "rise": "rose risen",
        "make": "made", "buy": "bought", "win": "won", "lose": "lost", "hold": "held", "lead": "led", "meet": "met",
        "pay": "paid",
        "send": "sent", "take": "took taken", "say": "said", "tell": "told", "find": "found", "keep": "kept",
        "spend": "spent",
        "bring": "brought", "give": "gave given", "go": "went gone", "come": "came", "run": "ran", "see": "saw seen",
        "leave": "left", "show": "shown", "shrink": "shrank shrunk", "sink": "sank sunk", "write": "wrote written",
        "speak": "spoke spoken",
        "choose": "chose chosen", "drive": "drove driven", "withdraw": "withdrew withdrawn", "undergo": "underwent",
        "become": "became",
    }.items()
    for form in forms.split()
}  # fmt: skip


@lru_cache(maxsize=32768)
def root(word: str) -> str:
    """The stem, with irregular verbs brought to their base ("sold" to "sell")."""
    low = word.lower()
    if low.endswith("ss"):  # "process" meets "processing"
        return low
    return stem(IRREGULAR.get(low, low))


def content_roots(text: str) -> tuple[str, ...]:
    """The roots of the words of ``text`` that carry meaning, in order."""
    return tuple(root(word) for word in _WORD.findall(text) if fold(word) not in STOP)


def begins_with_name(text: str, source: str) -> bool:
    """Whether the first word of ``text`` is a name: ``source`` has it amid sentences, never in small letters."""
    match = re.match(r"[A-Z][\w-]{2,}", text)
    if match is None:
        return False
    first = match.group()
    return re.search(rf"[a-z,] {first}\b", source) is not None and not re.search(
        rf"\b{first.lower()}\b", source
    )
