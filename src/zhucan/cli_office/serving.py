"""``zhucan serve`` and ``zhucan work``: the web server, and the worker that does the long work beside it."""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhucan.cli_office.start import DataOption, demand_ready, open_office
from zhucan.cli_words import NOT_READY, WRONG_COMMAND, Screen, give_up

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

_THREADS = 8
_LARGEST_REQUEST = 300 * 2**20
"""Bytes; a drop of sixty files. Each file has limits of its own (``files.limits``)."""
_LONGEST_WAIT = 30
_PATIENCE = 5


def serve(
    port: Annotated[int, typer.Option("--port", help="端口。", metavar="数字", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option("--host", help="监听的地址，省略为本机。", metavar="地址")] = "127.0.0.1",
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="允许别的电脑不加密访问。口令和个人信息会在网络上明文传送。")
    ] = False,
    data: DataOption = None,
) -> None:
    """启动网页和后台任务。按 Ctrl+C 停止。"""
    screen = Screen(plain=True)
    choose_transport(host, plain_http=plain_http)
    folder = open_office(data)
    demand_ready()
    server = bind(host, port)
    if plain_http and not is_loopback(host):
        screen.say("注意：没有加密，只应在单位内部的可靠网络上使用。")
    screen.say(f"地址    http://{shown(host)}:{port}/")
    screen.say("停止    按 Ctrl+C")
    run(server, folder)


def work(
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False, data: DataOption = None
) -> None:
    """只做后台任务：导入、比对、导出。可以同时运行几个。"""
    open_office(data)
    demand_ready()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()

    from zhucan.base.jobs import run_forever

    run_forever(stop)


def _end_with_parent(stop: threading.Event) -> None:
    """End when the server that started us is gone. A job half done is taken up by the next worker."""
    while os.read(0, 1):  # not sys.stdin: its lock would still be held at the end
        pass
    stop.set()
    time.sleep(_PATIENCE)
    os._exit(0)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown(host: str) -> str:
    """The address as typed into a browser."""
    return f"[{host}]" if ":" in host else host


def choose_transport(host: str, *, plain_http: bool) -> None:
    """Settle, before the settings are read, whether cookies may travel without encryption; refuse what is not safe."""
    behind_proxy = os.environ.get("ZHUCAN_BEHIND_PROXY") == "1"
    if not is_loopback(host):
        if not (behind_proxy or plain_http):
            give_up(
                f"--host {host} 会让别的电脑不加密地访问。请在前面放一个 HTTPS 代理（设 ZHUCAN_BEHIND_PROXY=1），"
                "或者确认内部网络可靠后加上 --plain-http。",
                WRONG_COMMAND,
            )
        if "ZHUCAN_HOSTS" not in os.environ and _is_any(host):
            give_up(
                f"--host {host} 监听所有地址，还要说明别人用什么地址访问，例如 ZHUCAN_HOSTS=192.0.2.10。", WRONG_COMMAND
            )
        os.environ.setdefault("ZHUCAN_HOSTS", f"{host},127.0.0.1,localhost")
    if not behind_proxy:
        os.environ["ZHUCAN_HTTP"] = "1"  # on this machine alone, or told so: browsers must send the cookie back


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def bind(host: str, port: int) -> BaseWSGIServer:
    """The server, listening; ends the command where the port is taken."""
    from waitress.server import create_server

    from zhucan.conf.wsgi import application

    trusted = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}
    try:
        return create_server(
            application,
            host=host,
            port=port,
            threads=_THREADS,
            ident="",
            max_request_body_size=_LARGEST_REQUEST,
            clear_untrusted_proxy_headers=True,
            **(trusted if os.environ.get("ZHUCAN_BEHIND_PROXY") == "1" else {}),
        )
    except OSError as error:
        give_up(f"不能在 {host}:{port} 上监听：{error.strerror}。请用 --port 换一个端口。", NOT_READY)


def run(server: BaseWSGIServer, folder: Path) -> None:
    """Serve until Ctrl+C or SIGTERM, with a worker that is started again whenever it ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    worker = Worker(folder)
    worker.start()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        worker.stop()
        server.close()


class Worker:
    """A worker process, kept running beside the server; ends with it, even where the server is killed."""

    def __init__(self, folder: Path) -> None:
        self._command = [sys.executable, "-m", "zhucan", "work", "--with-parent", "--data", str(folder)]
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="worker", daemon=True)

    def start(self) -> None:
        """Start it and keep it running."""
        self._keeper.start()

    def stop(self) -> None:
        """End it; work half done is taken up again at the next start."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._keeper.is_alive():
            self._keeper.join(timeout=_PATIENCE)

    def _keep(self) -> None:
        wait = 1
        while not self._stopping.is_set():
            began = time.monotonic()
            # its end of this pipe closes when we end, however we end
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)
            code = self._process.wait()
            if self._stopping.is_set():
                return
            wait = 1 if time.monotonic() - began > _LONGEST_WAIT else min(2 * wait, _LONGEST_WAIT)
            typer.echo(f"后台任务的程序停了（退出码 {code}），{wait} 秒后重新启动，没做完的会接着做。", err=True)
            self._stopping.wait(wait)
