"""Streams text into a Feishu card through the cardstream gateway. Python 3.9 or newer, standard library only."""

import json
import os
import time
import urllib.error
import urllib.request
import uuid


class CardstreamError(Exception):
    """The gateway refused a call. `code` is for programs; `expected_offset` says where to go on."""

    def __init__(self, status, error):
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.status = status
        self.code = error.get("code")
        self.expected_offset = error.get("expected_offset")


class FeishuStreamingCard:
    """One card that grows while it is written. Leaving a `with` block finalizes it, an exception fails it."""

    def __init__(self, gateway, token, body):
        self._gateway = gateway.rstrip("/")
        self._base = self._gateway + "/gateway/feishu/streams"
        self._token = token
        # The key makes opening repeatable: after a lost answer the same card is found again.
        self._stream = self._call("", {"key": str(uuid.uuid4()), **body})
        self._offset = 0

    @classmethod
    def start(cls, *, chat_id, title=None, instance=None, gateway=None, token=None):
        body = {"chat_id": chat_id, "title": title, "instance": instance}
        token = token or os.environ.get("CARDSTREAM_GATEWAY_TOKEN")
        if not token:
            message = "set CARDSTREAM_GATEWAY_TOKEN to the token that the gateway prints when it starts"
            raise CardstreamError(401, {"code": "unauthorized", "message": message})
        return cls(
            gateway or os.environ.get("CARDSTREAM_GATEWAY", "http://127.0.0.1:7339"),
            token,
            {name: value for name, value in body.items() if value is not None},
        )

    def append_markdown(self, text):
        """Adds text. Returns when the gateway has taken it, which is long before it is visible."""
        answer = self._call(self._path("append"), {"text": text, "offset": self._offset})
        self._offset = answer["offset"]
        return self

    def status(self, text):
        """Shows one line that says what is going on; None clears it."""
        self._call(self._path("update"), {"status": text})
        return self

    def flush(self):
        """Waits until everything so far is visible; gives the number of visible characters."""
        return self._call(self._path("flush"), {})["acknowledged"]

    def finalize(self, footer=None):
        """Ends the card and gives the result: `delivered` of `total` characters are visible."""
        body = {"offset": self._offset, **({"footer": footer} if footer else {})}
        return self._call(self._path("finalize"), body)["result"]

    def fail(self, message=None):
        """Ends the card as failed; it keeps its text."""
        return self._call(self._path("fail"), {"message": message} if message else {})["result"]

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.finalize()
        else:
            self.fail()

    def _path(self, action):
        return f"/{self._stream['id']}/{action}"

    def _call(self, path, body, attempts=4):
        for attempt in range(attempts):
            request = urllib.request.Request(
                self._base + path,
                data=json.dumps(body).encode(),
                headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=150) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 502, 503) or attempt == attempts - 1:
                    raise CardstreamError(error.code, json.load(error)["error"]) from None
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                # The fate is unknown; every call here may be repeated.
                if attempt == attempts - 1:
                    message = f"no gateway answers at {self._gateway}; start it with `cardstream gateway`"
                    raise CardstreamError(0, {"code": "unreachable", "message": message}) from None
            time.sleep(0.5 * 2**attempt)
        raise AssertionError("unreachable")
