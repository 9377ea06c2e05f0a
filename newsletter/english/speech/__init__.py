"""Who says it: the speaker of a sentence, inherited speakers and lead-ins, and the publisher's own judgement. Pure.

A sentence is *attributed* when it names its speaker ("Baogang said …", "…, according to the ministry",
"Baogang's claim that …"). It *inherits* its speaker where the article relays one speaker's message and
the sentence reports that speaker's doings without saying so again. A lead-in from a closed set carries
an inherited speaker, or replaces an attribution whose subject would dangle ("The firm stated that …").
What the publisher thinks of it ("signaling tighter integration") belongs to the publisher alone.
"""
