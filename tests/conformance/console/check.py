#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console in Debian's Chromium, as staff use it: an account is set up, an entry is written with its faults corrected, another
person returns it and then publishes it, by keyboard, in Korean and English; every page with axe-core, wide, at 320 px and dark.

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
from nodes import Node  # noqa: E402

WHAT = "the console was NOT tried in a browser"
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
        try:
            node.serve()
            sys.exit(npm.walk(tools, {
                "url": node.url, "chromium": chromium,
                "links": {language: {name: link_of(node, name, language) for name in ACCOUNTS}
                          for language in ("ko", "en")},
                "shots": os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""}))
        finally:
            node.stop()


if __name__ == "__main__":
    main()
