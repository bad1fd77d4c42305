"""moto's own server application, called in a few threads."""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from .http_server import Reply, Request

THREADS = 8
HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "keep-alive"}


class Moto:
    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="moto")

    async def answer(self, request: Request, authorization: str | None = None) -> Reply:
        """moto's reply. `authorization` stands in where the request was signed in its query, which moto can't place."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, self._call, request, authorization
        )

    def _call(self, request: Request, authorization: str | None) -> Reply:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(request.path).encode().decode("latin-1"),
            "RAW_URI": request.target,
            "REQUEST_URI": request.target,
            "QUERY_STRING": request.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(request.body)),
            "CONTENT_TYPE": request.header.get("content-type", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in request.header.items():
            if name not in ("content-length", "content-type"):
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        if authorization is not None:
            environ["HTTP_AUTHORIZATION"] = authorization
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started[:] = [int(status.split()[0]), headers]

        chunks = self._app(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = started
        return Reply(status, {n: v for n, v in headers if n.lower() not in HOP_BY_HOP}, body)
