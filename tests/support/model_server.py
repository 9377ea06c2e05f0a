"""A language model on loopback that behaves as a test wants: well, badly, or not at all."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One question as it arrived."""

    headers: dict[str, str]
    payload: dict[str, Any]

    @property
    def sentences(self) -> list[str]:
        """The numbered sentences that were given, in order."""
        return re.findall(r"^\[\d+\] (.+)$", self.payload["messages"][1]["content"], re.MULTILINE)


@dataclass
class Said:
    """One answer: a status and a body, perhaps after a while."""

    body: bytes = b""
    status: int = 200
    wait: float = 0.0


Behaviour = Callable[[Asked], Said]


def chat(content: str | None, *, finish: str = "stop", **more: Any) -> Said:
    """A chat completion that says ``content``."""
    message = {"role": "assistant", "content": content, **more}
    usage = {"prompt_tokens": 700, "completion_tokens": 90}
    return Said(
        json.dumps({"choices": [{"message": message, "finish_reason": finish}], "usage": usage}).encode()
    )


def bullets(*pairs: tuple[list[int], str]) -> Said:
    """An answer of the form that was asked for."""
    return chat(json.dumps({"bullets": [{"sentences": where, "text": text} for where, text in pairs]}))


@dataclass
class ModelServer:
    """Where it listens, and what it was asked."""

    endpoint: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def model_server(behaviour: Behaviour) -> Iterator[ModelServer]:
    """Serve ``behaviour`` at an OpenAI-compatible address until the block ends."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            asked = Asked(
                headers={name.lower(): value for name, value in self.headers.items()},
                payload=json.loads(self.rfile.read(length)),
            )
            server.asked.append(asked)
            said = behaviour(asked) if self.path == "/v1/chat/completions" else Said(status=404)
            end = time.monotonic() + said.wait
            while time.monotonic() < end and not over.wait(0.02):
                pass
            try:
                self.send_response(said.status)
                self.send_header("content-length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)
            except OSError:
                return  # the client gave up

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = ModelServer(endpoint=f"http://127.0.0.1:{httpd.server_address[1]}/v1")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        over.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()
