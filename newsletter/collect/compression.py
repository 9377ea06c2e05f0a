"""Bounded decompression of bodies that arrive still compressed. Pure.

The HTTP client undoes what ``Content-Encoding`` says; but servers also send ``feed.xml.gz`` as it
is, and double compression. A cut-off body gives what can be read of it.
"""

from __future__ import annotations

import zlib

import brotli  # type: ignore[import-untyped]  # it ships no types

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b\x08"


def decompress(body: bytes, encoding: str | None = None, *, limit: int) -> bytes:
    """Undo gzip (recognized by its magic) or a named ``deflate`` or ``br``, twice at most.

    Returns at most ``limit`` bytes; a body that is not what its name says comes back unchanged.
    """
    named = (encoding or "").strip().lower()
    for _ in range(2):
        if body.startswith(_GZIP):
            body = _inflate(body, zlib.MAX_WBITS | 16, limit)
        elif named == "deflate":
            body = _inflate(body, zlib.MAX_WBITS, limit) or _inflate(body, -zlib.MAX_WBITS, limit) or body
        elif named == "br":
            body = _unbrotli(body, limit) or body
        named = ""
    return body[:limit]


def _inflate(body: bytes, window: int, limit: int) -> bytes:
    inflater = zlib.decompressobj(window)
    out = bytearray()
    try:
        while body and len(out) < limit and not inflater.eof:
            out += inflater.decompress(body, min(_CHUNK, limit - len(out)))
            body = inflater.unconsumed_tail
    except zlib.error:
        pass  # what was read up to the damage counts
    return bytes(out)


def _unbrotli(body: bytes, limit: int) -> bytes:
    decompressor = brotli.Decompressor()
    out = bytearray()
    try:
        piece = decompressor.process(body, output_buffer_limit=_CHUNK)
        while piece and len(out) < limit:
            out += piece
            piece = decompressor.process(b"", output_buffer_limit=_CHUNK)
    except brotli.error:
        pass  # as above
    return bytes(out)
