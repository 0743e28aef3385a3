"""Serves a built site on loopback: `python -m docs.plugins.serving.serve DIRECTORY PORT`."""

import socket
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Handler(SimpleHTTPRequestHandler):
    """Files of the site; its own page for what is not there; no line for each request."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code != 404:
            return super().send_error(code, message, explain)
        try:
            with open(f"{self.directory}/404.html", "rb") as file:
                body = file.read()
        except OSError:
            return super().send_error(code, message, explain)
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Says nothing of a browser that was closed while it was answered."""

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def start(directory: str, port: str) -> None:
    """Serve in a thread, and say where. Exits with a sentence if the port cannot be had."""
    if not (port.isdigit() and 0 <= int(port) < 65536):
        sys.exit(f"PORT is a number from 0 to 65535, got {port!r}: make site PORT=8001")
    try:
        server = Server(("127.0.0.1", int(port)), partial(Handler, directory=directory))
    except OSError as error:
        sys.exit(f"Port {port}: {error.strerror}. Take another one: make site PORT=8001")
    print(f"The site is at http://127.0.0.1:{server.server_port}/ (Ctrl+C ends it)", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def quietly(directory: str | Path) -> str:
    """Serve in a thread, on any port; return the address."""
    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(directory)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


if __name__ == "__main__":
    try:
        start(*sys.argv[1:])
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
