"""Serve the built site on the loopback interface (make serve)."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from tools.common.build import SITE


class Quiet(SimpleHTTPRequestHandler):
    """Serve files without a line for each request."""

    def log_message(self, *arguments) -> None:
        """Say nothing."""


def listen(port: int) -> ThreadingHTTPServer:
    """Listen on a port of this machine, or on any free one if that is taken."""
    handler = partial(Quiet, directory=str(SITE))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)


def main() -> None:
    """Serve until Ctrl-C."""
    if not (SITE / "index.html").is_file():
        sys.exit(f"there is no site in {SITE}; build it first: make book")
    server = listen(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
    print(f"The course is at http://127.0.0.1:{server.server_port}/  (Ctrl-C ends)")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
