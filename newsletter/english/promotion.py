"""Which sentences praise what they are about, or set a scene, and hold nothing that can be checked. Pure.

Companies, and writers whom they pay, mix what happened ("was awarded $4 million") with what it is worth ("is central
to Western resilience", "highlights why", "is stepping in", "enters at a pivotal time"). The signs are words of
evaluation in the main clause; an amount, a share, a full date or a thing that happened to a named party makes it a
fact, whatever else it says. No company, subject or site is named here.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ADV = r"(?:(?:\w+ly|now|also|more|most|even|increasingly|fast|quietly|well|itself|not only|both|just|still) ){0,2}"
_IMPORTANT = r"(?:central|key|crucial|critical|vital|essential|pivotal|integral|instrumental|indispensable|fundamental|paramount|core)"
_FINE = (
    r"(?:clear|strong|stronger|robust|compelling|unique|rare|serious|strategic|leading|credible|powerful|ideal|natural|perfect|attractive|"
    r"critical|key|crucial|vital|pivotal|major|significant|important|potential|scalable|secure|reliable|sustainable|efficient|modular|cleaner|greener|faster|"
    r"smarter|safer|eco-friendly|cost-effective|competitive|bold|exciting|timely|defining|generational|remarkable|formidable|decisive|dominant)"
)
_GOOD_NOUN = (
    r"(?:alternative|solution|advantage|edge|opportunity|pathway|blueprint|cornerstone|linchpin|beacon|contender|player|catalyst|enabler|partner|leader|"
    r"frontrunner|powerhouse|gateway|gatekeeper|springboard|showcase|proving ground|template|foundation|backbone|bridge|hub|bulwark|champion|case|story|proposition|exposure|platform)"
)
_WORTH = (
    r"(?:(?:growing|increasing|rising|strategic|vital|critical|urgent|huge|vast|full|true|long-term|continued|ongoing|clear) ){0,2}"
    r"(?:importance|need|value|potential|significance|strength|urgency|role|commitment|recognition|momentum|leadership|dedication|position|demand for|confidence|validation|opportunity|resilience)"
)
_SHOWS = r"(?:highlight|underscor|demonstrat|illustrat|exemplif|reflect|expos|signal|showcas|emphasi[sz]|reinforc|cement|solidif|validat|confirm)(?:y|ies|ied|es|ed|s|e)?"
_OUTCOME = r"(?:resilience|independence|sovereignty|self-sufficiency|security|leadership|competitiveness|dominance|footing|growth|success|excellence|innovation|credibility|reputation|capabilities|footprint|supply chains?)"
_SHARP = r"(?:pivotal|critical|crucial|defining|opportune|decisive|exciting|perfect|transformative|watershed)"

_PRAISED = re.compile(
    rf"\b(?:plays?|played|playing) (?:an? )?(?:\w+ly )?(?:{_FINE}|central|leading|essential|outsized|increasingly \w+) (?:roles?|part)\b"
    rf"|\b(?:is|are|was|were|remains?|becomes?|become|emerg(?:es?|ed|ing) as|ris(?:es?|en|ing) as|serves? as|stands? as|acts? as|positions? \w+(?: \w+)? as|positioned as|positioning (?:itself )?as|seen as|viewed as|regarded as|makes? (?:it|them|\w+)) "
    rf"{_ADV}(?:an?|the|one of the|among the) (?:[\w,-]+ ){{0,3}}?{_GOOD_NOUN}s?\b"
    rf"|\b(?:offers?|provides?|delivers?|brings?|presents?|represents?|creates?|gives?) (?:[\w’]+ ){{0,2}}?(?:an? |the )(?:[\w.,-]+ ){{0,7}}?{_GOOD_NOUN}s?\b"
    rf"|\b(?:seen|viewed|regarded|hailed|touted) (?:\w+ )?as (?:an? )?(?:\w+ )?{_FINE}\b"
    r"|\b(?:well|uniquely|ideally|strategically|firmly|squarely|perfectly|strongly) (?:positioned|placed|equipped|poised|aligned|suited|situated|capitalized)\b"
    r"|\b(?:is|are) (?:now )?(?:poised|positioned|positioning|ready|primed|equipped|geared up) (?:to|as|for|itself)\b"
    rf"|\b{_SHOWS} (?:why|how (?:important|quickly|crucial|critical|vital|serious|urgent|valuable|far|much)|(?:the|an?|its|their|our|his|her|[\w-]+’s|[\w-]+'s) {_WORTH}|that (?:the )?\w+ (?:is|are) (?:well|ready|serious|committed))\b"
    r"|\b(?:is|are|has|have been|was) (?:\w+ly )?(?:stepping|stepped) (?:in|into|up|forward)\b|\bstands? out\b|\bleads? the (?:way|charge)\b|\braises? the bar\b|\bchang(?:es?|ing) the game\b|\bturns? heads\b"
    rf"|\b(?:at|in|during|comes? at) (?:an?|this|the) (?:\w+ )?{_SHARP} (?:time|moment|juncture|point|period)\b|\bmarks? (?:an?|another) (?:\w+ ){{0,2}}(?:time|moment|chapter|era|milestone|step|alignment|turning point|debut of an?)\b"
    rf"|\b(?:set(?:s|ting)?|keep(?:s|ing)?|maintain(?:s|ing)?) (?:up )?an? (?:{_FINE}|rapid|brisk|blistering|steady) pace\b|\b(?:ma(?:de|kes|king)|continues? to make) (?:\w+ )?(?:considerable|significant|great|important|impressive|remarkable|strong|steady|substantial|excellent|good|real|rapid|tremendous)? ?(?:strides|inroads|headway|progress)\b"
    r"|\balign(?:s|ed|ing)? (?:\w+ly|well|neatly)? ?with\b|\balignment with\b|\bin (?:\w+ )?lockstep\b"
    r"|\b(?:directly )?(?:challeng|disrupt|break|loosen|counter)(?:es|s|ing) [\w’' -]{0,40}(?:dominance|grip|monopoly|stranglehold|hold|control)\b"
    rf"|\b(?:support|strengthen|bolster|enhance|advance|reinforce|ensure|secure|boost|cement|further|improve|safeguard|underpin|anchor|elevate)(?:s|es)? (?:(?!(?:by|to|from|with)\b)[\w’',-]+ ){{0,9}}?{_OUTCOME}\b"
    r"|\b(?:isn[’']t|is not|are not|aren[’']t|no) (?:just |merely |only |simply )?(?:your (?:average|typical|usual)|your|another|an ordinary)\b|\bsecond to none\b|\bunlike (?:any|its|other|most)\b.{0,60}\b(?:rivals|peers|competitors|players)\b"
    r"|\b(?:revolution|future|story|journey|race|era|opportunity) (?:of [\w -]{2,30} )?(?:starts|begins|is) (?:here|now|today)\b|\bnew (?:era|chapter|dawn|paradigm)\b"
    r"|\b(?:goal|aim|ambition|vision|mission|objective|purpose|focus) (?:is|remains) (?:to (?:play|be|become|remain|build|create|help|lead|deliver|drive|unlock)|on)\b|\bis (?:fully |deeply |firmly |strongly )?(?:committed|dedicated) to\b|\b(?:commitment|dedication) to\b"
    r"|\b(?:has|have) (?:the|an?) (?:\w+ )?(?:ability|potential|capacity|capability|opportunity|chance) to\b|\bis (?:seeking|looking|working|striving|focused) (?:on |to )?(?:additional|further|new|be|become|build|expand|create|help|deliver)\b"
    r"|\b(?:is|are) (?:all )?(?:set|poised|bound|primed|sure|destined) to (?:skyrocket|soar|surge|explode|boom|transform|reshape|redefine|revolutioni[sz]e|benefit|dominate|lead|play|become)\b|\b(?:re)?shap(?:es?|ing) the (?:future|landscape|industry)\b"
    r"|\bin the race to\b|\bgain(?:s|ed|ing)? (?:\w+ )?(?:momentum|traction)\b|\bbuild(?:s|ing)? momentum\b|\bthe time (?:is|to act is) now\b|\bmake no mistake\b|\bnever been (?:more|better|greater|clearer)\b"
    r"|\b(?:unlock|unleash|harness|maximi[sz]|capitali[sz]|leverag)(?:e|es|ing) (?:on )?(?:the|its|their|this|these|significant|new|full|more|long-term) (?:\w+ )?(?:potential|value|opportunit\w+|growth|power|strengths?|trends?|demand)\b"
    r"|\b(?:has|have) long (?:been|dominated|relied|recogni[sz]ed|sought)\b.{0,80}\b(?:but|now)\b|\bgame[- ]chang(?:er|ing)\b|\bcould(?:n[’']t| not) be (?:more|clearer|better)\b"
)
_PRAISED_TOO = re.compile(
    r"\b(?:address|meet|fill|answer)(?:s|es|ing)? (?:the|an?|this) (?:[\w-]+ ){0,2}(?:need|gap|challenge|shortage|bottleneck)s?\b"
    r"|\bin an? (?:\w+ )?(?:promising|favou?rable|ideal|strategic|prime|strong|excellent|unique|enviable|prolific|premier|leading|commanding) (?:location|position|setting|place|spot|jurisdiction|address)\b"
    r"|\b(?:one of the|an?|the) (?:major|main|key|biggest|greatest|significant|clear|distinct|competitive|important) (?:advantages?|strengths?|benefits?|attractions?|selling points?|differentiators?)\b"
    r"|\b(?:meaningful|attractive|significant|impressive|compelling) (?:amounts?|concentrations?|quantities|grades?|upside|value|potential) of\b|\bcan be moneti[sz]ed\b|\bcontains? meaningful\b"
    r"|\b(?:is|are|has become|have become) an? (?:real|true|genuine|serious) (?:bottleneck|threat|problem|concern|opportunity|alternative|challenge)\b|\bculmination of\b"
    r"|\b(?:could|can|may|might|would|will) (?:be|become|prove) (?:an?|the|one of the) (?:[\w-]+ ){0,3}?(?:mover|winner|leader|beneficiary|standout|contender|player|catalyst|solution|alternative|opportunity|powerhouse|supplier of choice)s?\b"
    r"|\b(?:aims?|aiming|seeks?|hopes?|strives?|help(?:s|ing)?|set) to (?:\w+ly )?(?:contribute|add) (?:\w+ly )?to (?:the|a) (?:[\w-]+ ){0,3}(?:advancement|transition|growth|development|goals?|future|efforts?|resilience|security)\b"
    r"|\bplac(?:es|ing) (?:[\w’'-]+ ){1,4}in an? (?:\w+ )?position\b|\b(?:accelerat|advanc|pursu|further|continu)(?:es|ing|e) (?:its|their|our) (?:mission|vision|journey|quest)\b"
)
# Of a thing with a name this is praise; of a class of things ("magnets are critical to motors") it is a general truth.
_MATTERS = re.compile(
    rf"\b(?:is|are|was|were|remains?|becomes?|became|become|proves?) {_ADV}{_IMPORTANT} (?:to|for|in)\b"
)
_NAME = re.compile(r"[^\s“\"(.]\s[“\"(]?[A-Z]|^[“\"(]?[A-Za-z]+[A-Z]|^\w+[’']s?\s")
_POINTED = re.compile(
    r"(?:the|this|that|its|our|their) (?:\w+ )?(?:company|group|project|deposit|agreement|deal|partnership|acquisition|technology|platform|facility|program|move|transaction|team)\b"
)
# What is said of findings is what they found.
_FINDINGS = re.compile(
    r"^(?:the|these|those|our|their|new|recent|both|all|two|an?|latest|independent)?\s?(?:[\w-]+ ){0,3}?(?:stud(?:y|ies)|findings?|research(?:ers)?|data|trials?|papers?|analysis|analyses|reports?|surveys?|reviews?|authors?|scientists?|evidence|tests?|assays?)\b"
)
_SCENE = re.compile(
    r"^(?:as|with) (?:the (?:world|global|demand|race|market|industry|energy|u\.s\.|united states|west|need)|global|demand|nations|countries|governments|geopolitical|tensions|competition|rare earths?|critical minerals?|supply chains?|technolog\w+|more)\b[^,]{4,160},"
    r"|^(?:in (?:an era|a world|today|recent (?:years|times|decades)|the (?:face|midst|wake|age|era) of|a time)|for (?:decades|years|generations)|over the (?:past|last) (?:few |several |two |three )?(?:years|decades?)|since the (?:early|late) |throughout history|at a time when|amid (?:growing|rising|increasing|mounting|escalating)|society is|the world is)\b"
    r"|^when \w+ (?:\w+ )?(?:are|is) \w+ed,|\b(?:has|have) long (?:been|dominated|relied|recogni[sz]ed|struggled|sought|played)\b|\bnow more than ever\b|\bbackdrop\b|\bno longer (?:just|only|merely)\b|\bin today[’']s\b"
    r"|\b(?:are|is) (?:\w+ly )?(?:essential|vital|crucial|critical|indispensable|key|used|needed|necessary|integral) (?:to|for|in|across|as)\b|\b(?:plays?|playing) an? \w+ (?:\w+ )?(?:role|part)\b|\bpowers? everything\b"
    r"|\bis another (?:\w+ ){0,3}(?:mineral|metal|material|element|example|reason|factor)\b|\b(?:importance|significance) of\b|\b(?:growing|greater|increasing) (?:awareness|importance|recognition|focus|interest)\b"
)
_SUBCLAUSE = re.compile(r",? (?:which|that|who|whose|where) [^,;.—]*$")
_AMOUNT = re.compile(
    r"(?:us|a|c|au|ca|nz|hk)?[$€£¥]\s?\d|\d[\d.,]*(?:[mbk]|bn)\b|\d[\d.,]*\s?(?:%|per ?cent\b|million\b|billion\b|trillion\b|tonnes?\b|tons?\b|kilograms?\b|kg\b|ppm\b|met(?:res|ers) (?:of|at|grading)\b|hectares\b|acres\b|square (?:miles|kilomet\w+)\b|jobs\b|holes\b|shares\b|mw\b|basis points\b|times\b|years\b|months\b|(?:[\w-]+ )?(?:samples|people|employees|workers|companies|projects|mines|plants|claims|licen[cs]es|permits|countries|members|units|vehicles)\b)"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens of|hundreds of)[- ](?:\w+ )?(?:years?|months?|phases?|projects?|mines?|plants?|holes?|companies|claims?|licen[cs]es?|samples?|members?|directors?|countries|elements|permits?|stages?|tonnes?|shares?)\b"
)
_DATE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.? (?:\d{1,2}\b|\d{4}\b|of )|\b(?:in|by|since|from|until|during) (?:late |early |mid-)?(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|\b(?:in|by|since|during|until|for|late|early|mid) (?:late |early |mid-)?(?:20[0-4]\d)\b|\bq[1-4]\b|\b(?:first|second|third|fourth) (?:half|quarter)\b"
    r"|\b(?:by|before|at) the end of\b|\b(?:(?:later|earlier) )?(?:this|next|last) (?:month|quarter|year|week|summer|autumn|spring|winter)\b"
)
# What was done once, to something and by somebody: past tense, or the present of an announcement.
_DONE = re.compile(
    r"(?<!\banother )(?<!\ba )(?<!\bthe )(?<!\bbig )(?<!\bnew )(?<!\bfresh )\b(?:signed|awarded|acquired|bought|sold|merged|appointed|named|resigned|granted|approved|rejected|imposed|banned|lifted|sanctioned|sued|shipped|delivered|poured|discovered|drilled|"
    r"intersected|raised|invested|built|opened|closed|commissioned|completed|began|started|commenced|restarted|halted|suspended|resumed|filed|listed|launched|inaugurated|introduced|published|released|announced|"
    r"received|won|secured|agreed|struck|entered into|issued|executed|hosted|unveiled|finali[sz]ed|obtained|ordered|ruled|fined|voted|cut|fell|rose|hit|produced|qualified|partnered|hired|joined|has identified|declared effective|staked|paid|expanded|launches|signs|announces|imposes|places(?! (?:[\w’'-]+ ){1,3}in an? )|bans|acquires|awards|appoints|names [a-z]+ |opens|closes|completes|secures|receives|approves|files)\b"
    r"|\b(?:announces?|reports?|confirms?)\b|\bmemorand(?:um|a) of understanding\b|\bletters? of intent\b"
)
# What tests found: "results show …".
_FOUND = re.compile(
    r"\b(?:results?|tests?|testwork|assays?|samples?|analys[ei]s|stud(?:y|ies)|drilling|surveys?|trials?)\s(?:have\s|has\s)?(?:show|confirm|indicat|demonstrat|return|reveal|yield|establish|identif)(?:s|n|ed|es|e|ied|ies|y)?\b"
)
# A deed as a noun: in praise ("the acquisition of Acme demonstrates …") it is what is praised, and no news.
_EVENT_NOUN = re.compile(
    r"\b(?:acquisition|completion|signing|closing|launch|appointment|purchase|commencement|issuance|termination|award|opening|resignation|filing|discovery) of\b"
)


# A listed company beside its ticker, or the small print of a release or of a paid piece.
_COMMERCIAL = re.compile(
    r"\((?:[^()]{0,40}\b)?(?:NYSE|NASDAQ|Nasdaq|ASX|TSX|TSXV|TSX-V|TSX\.V|OTC\w*|LSE|LON|AIM|CSE|FSE|HKEX|JSE)[\w .]{0,12}:\s?[A-Z0-9]{1,6}|[Ff]orward-[Ll]ooking [Ss]tatements|\b(?:[Ss]ponsored|[Pp]aid (?:for|by|advert|promotion|content)|[Cc]ompensated|on behalf of (?:the )?(?:[A-Z]|a client))\b"
    r"|\b(?:GLOBE ?NEWSWIRE|GlobeNewswire|PRNewswire|PR Newswire|Business Wire|BUSINESS WIRE|ACCESSWIRE|Newsfile|NEWSWIRE|MediaWire)\b|^(?:About|ABOUT) (?:the )?[A-Z][\w&.]+|^(?:Media |Investor |Press )?Contacts?(?: Details)?\b",
    re.MULTILINE,
)


@lru_cache(maxsize=64)
def is_commercial(article: str) -> bool:
    """Whether an article speaks for a company: it bears a ticker, a disclosure, or the small print of a release."""
    return _COMMERCIAL.search(article) is not None


def has_checkable_fact(text: str) -> bool:
    """Whether ``text`` states an amount, a date, or a thing that was done once."""
    return _states_fact(text) or _EVENT_NOUN.search(text.lower()) is not None


def _states_fact(text: str) -> bool:
    low = text.lower()
    return bool(_AMOUNT.search(low) or _DATE.search(low) or _DONE.search(low) or _FOUND.search(low))


def is_promotion(text: str) -> bool:
    """Whether ``text`` praises what it is about in its main clause and holds nothing that can be checked."""
    return praises(text) and not _states_fact(text)


def praises(text: str) -> bool:
    """Whether the main clause of ``text`` says how good or how important something is."""
    low = text.lower()
    if _FINDINGS.match(low):
        return False
    return any(
        not _SUBCLAUSE.search(low[: match.start()])
        for pattern in (_PRAISED, _PRAISED_TOO)
        for match in pattern.finditer(low)
    ) or any(
        _names(text[: match.start()]) and not _SUBCLAUSE.search(low[: match.start()])
        for match in _MATTERS.finditer(low)
    )


def _names(subject: str) -> bool:
    """Whether a subject is a thing with a name of its own, or points at one."""
    return bool(_NAME.search(subject) or _POINTED.match(subject.lower()))


def sets_scene(text: str) -> bool:
    """Whether ``text`` tells of the state of the world, of what things are for, or that they matter, and no event."""
    low = text.lower()
    return bool(_SCENE.search(low)) and not has_checkable_fact(text)
