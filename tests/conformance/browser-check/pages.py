#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page that verifies in the browser, in Debian's Chromium against running nodes, by keyboard (pages.mjs).

DURE_PROGRAM=build/dev/dure tests/conformance/browser-check/pages.py [FOLDER for screenshots]

Exit status: 0 all as it should be, 1 not, 77 (skipped) without Node.js, npm or its registry, or Chromium."""
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
# pylint: disable=wrong-import-position
import npm  # noqa: E402
from cases import Proof  # noqa: E402
from federation import Federation, service  # noqa: E402

WHAT = "the check in the browser was NOT tried in a browser"


def save(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    return os.path.join(folder, name)


def chosen_files(folder, proof, body, policy, stranger):
    """What a reader chooses, and the word of the page for it."""
    parts = Proof(proof)
    salt, leaf = parts.extra[:32], parts.extra[32:]
    size = parts.text.split(b"\n")[1]
    log = [line for line in parts.signatures if line.split(b" ")[1] == parts.text.split(b"\n")[0]]
    faults = {
        "all files": ({}, "verified"),
        "a policy from elsewhere": ({"proof": None, "body": None}, "verified"),
        "changed body": ({"body": body.replace(b"2026", b"2025")}, "body-bad-commitment"),
        "changed leaf": ({"proof": parts.make(extra=salt + leaf.replace(b'"rev":1', b'"rev":2'))}, "path-bad-proof"),
        "wrong index": ({"proof": parts.make(index=parts.index - 1)}, "path-bad-proof"),
        "index outside the log": ({"proof": parts.make(index=10**6)}, "index-bad-proof"),
        "forged checkpoint": ({"proof": parts.make(text=parts.text.replace(b"\n" + size, b"\n9" + size))}, "head-bad-signature"),
        "missing quorum": ({"proof": parts.make(signatures=log)}, "quorum-refused"),
        "cut proof": ({"proof": proof[:100]}, "proof-malformed"),
        "cut policy": ({"policy": policy[:policy.rindex(b"quorum")]}, "policy-malformed"),
        "policy of a stranger": ({"policy": stranger}, "head-unknown-key"),
    }
    files = {}
    for number, (what, (changed, word)) in enumerate(faults.items()):
        data = {"proof": proof, "body": body, "policy": policy, **changed}
        files[what] = {name: save(folder, f"{number}.{name}", raw) for name, raw in data.items() if raw is not None}
        files[what]["word"] = word
    return files


def main():
    program = npm.program(WHAT)
    with tempfile.TemporaryDirectory() as folder:
        tools = os.path.join(folder, "tools")
        os.mkdir(tools)
        chromium = npm.install_browser(WHAT, tools, os.path.join(HERE, "pages.mjs"))
        federation = Federation(program, folder)
        try:
            federation.start()
            federation.towns[0].publish([service(f"방문 건강관리 {number}", f"Home visits {number}") for number in range(3)])
            entry = federation.publish_final(0, service("방문 <b>건강</b>관리 & “돌봄”", "Home <b>visits</b> & care"))
            evidence = federation.evidence(0, entry)
            stranger = federation.towns[1].run("charter policy")
            url = federation.towns[0].url
            given = {"url": url, "insecure": url.replace("127.0.0.1", "town.example"), "id": entry, "folder": tools,
                     "files": chosen_files(tools, *evidence, stranger), "texts": {name: npm.texts(name, "pages") for name in ("ko", "en")},
                     "chromium": chromium, "shots": os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""}
            config = save(tools, "config.json", json.dumps(given).encode())
            done = subprocess.run(["node", "pages.mjs", config], cwd=tools, check=False)
        finally:
            federation.stop()
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
