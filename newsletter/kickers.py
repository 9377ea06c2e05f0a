"""What a paper prints before a headline or above a text: that it is a view, or that somebody paid. Pure.

Alternatives of a pattern, without the colon, bar or dash that follows them.
"""

from __future__ import annotations

OPINION = (
    r"(?:from )?(?:(?:our|my|the|guest) )?"
    r"(?:opinion|comment(?:ary)?|column(?:ist)?|view(?:point)?|op-?ed|essay)"
    r"|(?:our|my|the|guest) (?:post|take)|the [\w’' ]{2,30}[’']s? view"
    r"|editorial|leader|leading article|perspective|point of view"
    r"|(?P<letter>letters?(?: to the editor)?|to the editor|your correspondence)"
)
PAID = (
    r"sponsored(?: (?:content|post|feature))?|partner content|paid (?:post|content)|advertorial"
    r"|advertisement(?: feature)?|promoted|brand(?:ed)? content"
)
