"""A ledger's server as commands talk to it: what it refuses is said by name, with its own words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from ledger.errors import Absent, Malformed, Misused, SuyuanError, Unauthenticated, Unavailable, Untrusted

TIMEOUT_S: Final = 120.0
_TRIES: Final = 6
_PAUSE_S_MAX: Final = 10.0


class ServerUnreachable(Unavailable):
    title = "the server cannot be reached, or does not answer as a ledger does"
    default_hint = "check --url; what was acknowledged before stays recorded"


class ServerRefused(Malformed):
    """The server's own code, and what it saw, stand in `seen`."""

    title = "the server refuses the request"


class ServerForbids(Untrusted):
    title = "the server does not let this caller do that"


class ServerKnowsNot(Absent):
    title = "the server has no such thing for this reader"


class CallerNotTaken(Unauthenticated):
    title = "the server does not know this caller"
    default_hint = "give its API key with --api-key-file FILE"


class ServerBusy(Unavailable):
    title = "the server cannot take it now"


class PublicationAwaited(Unavailable):
    title = "the server has it for good, but has published no checkpoint over it yet"


class ApiKeyFileUnusable(Misused):
    title = "the API key file does not hold an API key"


_BY_STATUS: Final[Mapping[int, type[SuyuanError]]] = {
    401: CallerNotTaken,
    403: ServerForbids,
    404: ServerKnowsNot,
    503: ServerBusy,
}


class Remote:
    """One server; requests that it is too busy for are sent again a few times."""

    def __init__(self, client: httpx.Client, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._sleep = client, sleep

    def get(self, path: str, **query: str) -> bytes:
        """The bytes of an answer.

        Raises:
            ServerUnreachable, and the class of `_BY_STATUS` that fits the answer, else ServerRefused.
        """
        answer = self.ask("GET", path, params=query)
        if not answer.is_success:
            raise refusal(answer)
        return answer.content

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401 - passed on as they come
        """The answer, whatever it says, but for 503: that is tried again, as long as the server says.

        A 503 that comes after the server has waited for a checkpoint is the answer: asking again would wait all over.

        Raises:
            ServerUnreachable.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                answer = self._client.request(method, path, **request)
            except (httpx.HTTPError, httpx.InvalidURL) as reason:
                raise ServerUnreachable(seen=f"{self._client.base_url}: {reason}") from reason
            if answer.status_code != 503 or not tries_left or _was_awaited(answer):
                return answer
            asked = answer.headers.get("retry-after", "1")
            self._sleep(min(float(asked) if asked.isdigit() else 1.0, _PAUSE_S_MAX))
        raise AssertionError("the last try returns")


@contextmanager
def reached(url: str, api_key_file: Path | None) -> Iterator[Remote]:
    """The server at `url`. The API key is read from a file: arguments are seen by everybody on the machine."""
    headers = {} if api_key_file is None else {"Authorization": f"Bearer {read_api_key(api_key_file)}"}
    try:
        client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_S, follow_redirects=False)
    except httpx.InvalidURL as reason:
        raise ServerUnreachable(seen=url, wanted="http(s)://host[:port]") from reason
    with client:
        yield Remote(client)


def read_api_key(path: Path) -> str:
    """The API key in a file, white space around it left out.

    Raises:
        ApiKeyFileUnusable: it is none; what is in the file is not shown.
    """
    key = path.read_bytes().strip().decode("ascii", "replace")
    if not key.startswith("suyuan_") or not key.isascii() or not key.isprintable() or " " in key:
        raise ApiKeyFileUnusable(seen=str(path), wanted="one line suyuan_…")
    return key


def refusal(answer: httpx.Response) -> SuyuanError:
    """The error that an answer stands for."""
    problem = problem_in(answer)
    kind = PublicationAwaited if _was_awaited(answer) else _BY_STATUS.get(answer.status_code, ServerRefused)
    told = f"{answer.status_code} {problem.get('code') or answer.reason_phrase}: {problem.get('title', '')}".rstrip(": ")
    return kind(
        seen=f"{told}; it saw {problem['seen']}" if problem.get("seen") else told,
        wanted=str(problem.get("wanted", "")),
        hint=str(problem.get("hint", "")),
        pointer=str(problem["pointer"]) if "pointer" in problem else None,
    )


def _was_awaited(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and problem_in(answer).get("code") == "PublicationSlow"


def problem_in(answer: httpx.Response) -> dict[str, Any]:
    """The problem document of an answer; empty where it brings none."""
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
