#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console in Debian's Chromium, as staff use it: an account is set up, an entry is written with its faults corrected, another
person returns it and then publishes it; it is withdrawn and erased, citizens are answered, another town's practice is adopted, by keyboard, in Korean and English; every page with axe-core, wide, at 320 px and dark.

DURE_PROGRAM=build/dev/dure tests/conformance/console/check.py [FOLDER for screenshots]

Exit status: 0 all as it should be, 1 not, 77 (skipped) without Node.js, npm or its registry, or Chromium."""
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
CONFORMANCE = os.path.dirname(HERE)
sys.path.insert(0, CONFORMANCE)
# pylint: disable=wrong-import-position
import npm  # noqa: E402
from nodes import Node, fetch_until  # noqa: E402

WHAT = "the console was NOT tried in a browser"
PRACTICES = os.path.join(npm.ROOT, "examples", "data", "uiseong", "practices.jsonl")
ACCOUNTS = {"writer": "author", "approver": "approver,operator,auditor"}


def link_of(node, name, language):
    made = node.run("account invite", f"{name}-{language}", "--roles", ACCOUNTS[name], "--json")
    return json.loads(made)["link"]


def main():
    program = npm.program(WHAT)
    with tempfile.TemporaryDirectory() as folder:
        tools = os.path.join(folder, "tools")
        os.mkdir(tools)
        chromium = npm.install_browser(WHAT, tools, os.path.join(HERE, "walk.mjs"))
        node = Node(program, folder, "andong.example", "안동시(예시)", "47170")
        other = Node(program, folder, "uiseong.example", "의성군(예시)", "47730")
        try:
            other.serve()
            with open(PRACTICES, encoding="utf-8") as file:
                practice = json.loads(file.readline())
            del practice["addresses"]  # of an entry that gets its id in the example federation
            foreign = other.publish([practice])[0]
            node.run("peer add", other.url, "--yes")
            node.run("pull", "--once")
            node.serve()
            fetch_until(node.url, f"/api/v1/entries/{foreign}", lambda answer: answer.status == 200)
            sys.exit(npm.walk(tools, {
                "url": node.url, "chromium": chromium, "texts": npm.texts("en", "pages"),
                "foreign": {"url": other.url, "origin": other.origin, "id": foreign},
                "links": {language: {name: link_of(node, name, language) for name in ACCOUNTS}
                          for language in ("ko", "en")},
                "shots": os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""}))
        finally:
            node.stop()
            other.stop()


if __name__ == "__main__":
    main()
