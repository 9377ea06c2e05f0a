"""Who says it: the speaker of a sentence, inherited speakers and lead-ins, and the publisher's own judgement. Pure.

A sentence is *attributed* when it names its speaker ("Baogang said …", "…, according to the ministry",
"Baogang's claim that …"). It *inherits* its speaker where the article relays one speaker's message and
the sentence reports that speaker's doings without saying so again. A lead-in from a closed set carries
an inherited speaker, or replaces an attribution whose subject would dangle ("The firm stated that …").
What the publisher thinks of it ("signaling tighter integration") belongs to the publisher alone.
"""

from __future__ import annotations

from newsletter.english.speech.issuers import find_issuer, find_payer
from newsletter.english.speech.judgement import find_judgement, is_judgement, says_why
from newsletter.english.speech.people import NO_NAME, POST, introduce
from newsletter.english.speech.sayings import (
    SAID,
    Attribution,
    find_attribution,
    is_anaphor,
    is_attributed,
    is_clause,
    is_dangling,
    names_speaker,
)
from newsletter.english.speech.speakers import (
    FORM,
    LEAD_IN,
    Speaker,
    find_relayed,
    inherits,
    lead_in_text,
    leave_role,
    read_speaker,
)
from newsletter.english.speech.voices import find_voice
