#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a mirror shows of a log that it does not hold completely (PROTOCOL.md 9.8). A publishes; B mirrors it through a
gate that can keep back whatever begins with a given path, so that a pull ends in the middle.

  partial.py    exit status 0: nothing is shown too early; 1: something is, and what
"""
import http.client
import http.server
import os
import sys
import tempfile
import threading
import urllib.parse

sys.dont_write_bytecode = True  # the folder of the sources stays clean
# pylint: disable=wrong-import-position
from charter import open_charter  # noqa: E402
from check import expect_problem, is_cosigned, mirror, service  # noqa: E402
from nodes import Node, Recorder, fetch, fetch_until  # noqa: E402
from protocol import Key, Refused, require, tile_path, tile_width  # noqa: E402
from reader import LogReader  # noqa: E402


class Gate:
    """Passes every GET on to `url`, except what begins with `held_back`: that is a 404."""

    def __init__(self, url):
        gate, self.url, self.held_back, self.refused = self, url, None, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # pylint: disable=invalid-name
                gate.pass_on(self)

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def pass_on(self, request):
        status, headers, body = 404, {}, b""
        if self.held_back and request.path.startswith(self.held_back):
            self.refused += 1
        else:
            origin = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=30)
            wanted = {name: request.headers[name] for name in ("Range", "Accept-Encoding", "If-None-Match")
                      if name in request.headers}
            origin.request("GET", request.path, headers=wanted)
            answer = origin.getresponse()
            status, body = answer.status, answer.read()
            headers = {name: value for name, value in answer.getheaders()
                       if name.lower() in ("content-type", "content-encoding", "content-range", "etag", "date")}
            origin.close()
        request.send_response_only(status)
        for name, value in headers.items():
            request.send_header(name, value)
        if status != 304:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def tiles(size):
    """The path of every tile and bundle of a tree of this size."""
    for kind, level in (("tile/0", 0), ("tile/1", 1), ("tile/entries", 0), ("bodies", 0)):
        index = 0
        while tile_width(size, level, index) > 0:
            yield tile_path(kind, index, tile_width(size, level, index))
            index += 1


def pull(node):
    """One pull, which may fail."""
    try:
        node.run("pull", "--once")
        return True
    except Refused:
        return False


def expect_nothing(url, prefix, size):
    recorder = Recorder()
    for path in ["checkpoint", *tiles(size)]:
        expect_problem(recorder.get(url, f"{prefix}/{path}"), 404, "not-found", path)


def expect_all(url, prefix, keys, size):
    log = LogReader(Recorder(), url, prefix, *keys)
    log.read_all()
    require(log.size == size, f"{log.size} entries instead of {size}")
    return log


def check(a, b, gate):
    mirror_key = open_charter(fetch(b.url, "/federation/charter", {}).body)[b.member]["mirror"]
    keys = Key(a.vkey()), mirror_key
    prefix = mirror(a)
    a.publish([service(i, 10) for i in range(300)])

    # The first pull ends behind the first bundle: of the log nothing is there yet. The gate closes before the peer is
    # known, as B may pull as soon as it is.
    gate.held_back = "/log/bodies/001"
    b.run("peer add", gate.address, "--yes")
    require(not pull(b) and gate.refused > 0, "the gate kept nothing back")
    expect_nothing(b.url, prefix, 300)
    require(b.stored(a.origin) == 256, "the first bundle was not kept")

    gate.held_back = None
    require(pull(b), "the pull does not go on")
    head = fetch(a.url, "/log/checkpoint", {}).body
    fetch_until(b.url, prefix + "/checkpoint", lambda answer: is_cosigned(answer, head, b))
    first = expect_all(b.url, prefix, keys, 300)

    # A later pull ends in the middle as well: the mirror still is what it was.
    gate.held_back = "/log/bodies/002"
    a.publish([service(i, 10) for i in range(300, 600)])
    require(not pull(b), "the gate kept nothing back")
    require(b.stored(a.origin) == 512, "the bundles before it were not kept")
    held = expect_all(b.url, prefix, keys, 300)
    require((held.root, held.bodies) == (first.root, first.bodies), "the last complete state changed")
    require(held.times[mirror_key.name] >= first.times[mirror_key.name], "the time of a cosignature decreased")
    recorder = Recorder()
    for path in ("tile/0/001", "tile/0/001.p/45", "tile/1/000.p/2", "tile/entries/001", "tile/entries/001.p/45",
                 "bodies/001", "bodies/001.p/45", "tile/0/002.p/88", "bodies/002.p/88"):
        expect_problem(recorder.get(b.url, f"{prefix}/{path}"), 404, "not-found", path)

    gate.held_back = None
    require(pull(b), "the pull does not go on")
    head = fetch(a.url, "/log/checkpoint", {}).body
    fetch_until(b.url, prefix + "/checkpoint", lambda answer: is_cosigned(answer, head, b))
    whole = expect_all(b.url, prefix, keys, 600)
    require(whole.leaves[:300] == first.leaves, "the log does not extend itself")
    whole.require_same_head(head, "not the newest head")
    require(whole.times[mirror_key.name] >= held.times[mirror_key.name], "the time of a cosignature decreased")


def main():
    program = os.environ.get("DURE_PROGRAM", "")
    if not os.access(program, os.X_OK):
        print("DURE_PROGRAM does not name the program dure", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory(prefix="dure-conformance-") as folder:
        # It pulls when it is told to, so that nothing here depends on when a round begins.
        a = Node(program, folder, "suwon.go.kr", "수원시", "41110")
        b = Node(program, folder, "andong.go.kr", "안동시", "47170")
        gate = None
        try:
            a.serve()
            b.serve("--pull-interval", "86400")
            gate = Gate(a.url)
            check(a, b, gate)
            print("a mirror shows nothing before it is complete")
        except Refused as error:
            print(f"does not conform: {error}", file=sys.stderr)
            return 1
        finally:
            b.stop()
            a.stop()
            if gate:
                gate.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
