#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Members-only bodies, asked for with an implementation of RFC 9421 that is not ours (npm, client.mjs).

DURE_PROGRAM=build/dev/dure tests/conformance/signed-requests/check.py

Exit status: 0 all answers right, 1 not, 77 (skipped) without node, npm or its registry."""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import npm  # noqa: E402
from nodes import Node, fetch  # noqa: E402
from protocol import require  # noqa: E402

TEXT = "members-secret-zqxjwvk"
WHAT = "signed requests were NOT checked against another implementation"
REQUEST_KEY = 4  # its number among the keys that are derived from seed.key


def derived_seed(seed, number):
    """libsodium's crypto_kdf_derive_from_key with the context dure-key."""
    return hashlib.blake2b(b"", digest_size=32, key=seed, salt=number.to_bytes(8, "little") + bytes(8),
                           person=b"dure-key" + bytes(8)).digest()


def pem(seed):
    der = bytes.fromhex("302e020100300506032b657004220420") + seed
    return f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END PRIVATE KEY-----\n"


def service(title):
    return {"type": "service", "class": "members", "title": {"ko": title}, "summary": {"ko": "구성원끼리 나눕니다."},
            "department": {"ko": "정보통신과"}, "contact": {"phone": "031-000-0000"},
            "regions": [{"scheme": "bjd", "code": "4111000000"}], "status": {"code": "running"},
            "modified": "2026-03-01", "licence": "kogl-1"}


def main():
    program = os.environ.get("DURE_PROGRAM", "")
    if not os.path.exists(program):
        npm.skip(WHAT, "DURE_PROGRAM names no program")
    npm.need(WHAT, "node", "npm")
    with tempfile.TemporaryDirectory() as folder:
        tools = os.path.join(folder, "client")
        os.mkdir(tools)
        npm.install(WHAT, HERE, tools, "client.mjs")
        node = Node(os.path.abspath(program), folder, "suwon.go.kr", "수원시", "41110")
        try:
            node.publish([service(TEXT)])
            started = int(time.time())
            node.serve()
            card = json.loads(fetch(node.url, "/federation/node", {}).body)
            key_id = card["request_vkey"].split("+")[1]
            with open(os.path.join(node.data, "seed.key"), encoding="ascii") as file:
                seed = derived_seed(bytes.fromhex(file.read().strip()), REQUEST_KEY)
            path = f"/federation/bodies/{hashlib.sha256(node.origin.encode()).hexdigest()}/000.p/1"
            require(TEXT.encode() not in fetch(node.url, "/log/bodies/000.p/1", {}).body, "the bundle tells it")
            config = os.path.join(tools, "config.json")
            with open(config, "w", encoding="utf-8") as file:
                json.dump({"url": node.url, "path": path, "keyid": f"suwon.go.kr/dure/{key_id}", "key": pem(seed),
                           "otherKey": pem(bytes(range(32))), "text": TEXT, "started": started}, file)
            done = subprocess.run(["node", "client.mjs", config], cwd=tools, check=False)
        finally:
            node.stop()
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
