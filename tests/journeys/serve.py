"""The application for one test, as ``zhucan serve`` runs it: ``python -m tests.journeys.serve``.

The data directory and the mode come from the environment. Prints the port it listens on, and ends with its input.
Everything it has to say, DEBUG included, goes to ``server.log`` beside the data directory.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from tests.journeys.clock import stand_still

THREADS = 4


def main() -> None:
    """Serve until the other end of the pipe closes."""
    stand_still()
    import django

    django.setup()
    from waitress.server import create_server

    from zhucan.base.jobs import run_forever
    from zhucan.conf.wsgi import application

    # after the server's entry: it configures the log anew
    _listen_to_everything(Path(os.environ["ZHUCAN_DATA"]).parent / "server.log")
    server = create_server(application, host="127.0.0.1", port=0, threads=THREADS, max_request_body_size=2**28)
    threading.Thread(target=server.run, daemon=True).start()
    threading.Thread(target=run_forever, daemon=True).start()
    print(server.effective_port, flush=True)
    sys.stdin.read()
    os._exit(0)


def _listen_to_everything(path: Path) -> None:
    from zhucan.base.logs import Scrub

    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    handler.addFilter(Scrub())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("django", "django.request", "django.security", "axes", "waitress"):
        logging.getLogger(name).setLevel(logging.DEBUG)


if __name__ == "__main__":
    main()
