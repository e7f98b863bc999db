#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every kind of page in Debian's Chromium, in both languages, wide, narrow and dark: axe-core and what axe does not see
(walk.mjs); then a reader with a keyboard goes from the search over a facet and an entry to its proof.

DURE_PROGRAM=build/dev/dure tests/conformance/pages/check.py [FOLDER for screenshots]

Exit status: 0 all as it should be, 1 not, 77 (skipped) without Node.js, npm or its registry, or Chromium."""
import glob
import json
import os
import sys
import tempfile
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
CONFORMANCE = os.path.dirname(HERE)
ROOT = os.path.dirname(os.path.dirname(CONFORMANCE))
sys.path[:0] = [CONFORMANCE, os.path.join(CONFORMANCE, "openapi")]
# pylint: disable=wrong-import-position
import npm  # noqa: E402
from nodes import fetch_until  # noqa: E402
from world import NOBODY, World, origin_hash  # noqa: E402

WHAT = "the pages were NOT tried in a browser"
EVERYTHING = "%EC%A3%BC%EC%B0%A8"  # 주차: answers with and without measured outcomes


def one_of_each_type():
    entries = []
    for path in sorted(glob.glob(os.path.join(ROOT, "examples/data/entry-types/*.json"))):
        with open(path, encoding="utf-8") as file:
            body = json.load(file)
        body.pop("attachments", None)  # whose files are nowhere; world.attached has one
        entries.append({"type": os.path.splitext(os.path.basename(path))[0], **body})
    return entries


def searches():
    """Name and target of each kind of answer of the search."""
    yield "start", "/"
    yield "results", f"/?q={EVERYTHING}"
    yield "narrowed", f"/?q={EVERYTHING}&type=service&region=47000&sort=newest"
    yield "all-of-a-type", "/?q=&type=practice&sort=adoption"
    yield "corrected", "/?q=" + urllib.parse.quote("주챠 공유")
    yield "nothing-found", "/?q=" + urllib.parse.quote("쀍쀍쀍")
    yield "hostile-words", "/?q=" + urllib.parse.quote('"><img src=x onerror=alert(1)> AND (NEAR')
    yield "refused-words", "/?q=" + "a" * 2000


def entries(world, of_types):
    for entry, entry_id in of_types:
        yield "type-" + entry["type"], f"/e/{entry_id}"
    yield "revised", f"/e/{world.corrected}"
    yield "old-revision", f"/e/{world.corrected}?rev=1"
    yield "withdrawn", f"/e/{world.withdrawn}"
    yield "erased", f"/e/{world.erased}"
    yield "with-a-file", f"/e/{world.attached}"
    yield "naming-a-problem", f"/e/{world.naming}"
    yield "named-problem", f"/e/{world.problem}"
    yield "unknown-entry", f"/e/{NOBODY}"
    yield "references", f"/e/{world.problem}/references"
    yield "check", f"/e/{world.kept}/check"


def others(world, practices):
    yield "check-files", "/check"
    yield "compare", "/compare?" + "&".join("id=" + one for one in practices[:3])
    yield "compare-nothing", "/compare"
    yield "member", "/m/" + origin_hash(world.a)
    yield "mirrored-member", "/m/" + origin_hash(world.b)
    yield "changes", "/changes"
    yield "about", "/about"
    yield "accessibility", "/accessibility"
    yield "api", "/api"
    yield "tell", "/tell"
    yield "tell-of-an-entry", f"/tell?id={world.kept}"
    yield "unknown-receipt", "/tell/" + NOBODY
    yield "no-page", "/nowhere"


def what_is_walked(world):
    given = one_of_each_type()
    published = world.a.publish(given)
    fetch_until(world.a.url, f"/e/{published[-1]}", lambda answer: answer.status == 200)
    of_types = list(zip(given, published))
    practices = [one for entry, one in of_types if entry["type"] == "practice"] + [world.naming, world.kept]
    return [*searches(), *entries(world, of_types), *others(world, practices)]


def main():
    program = npm.program(WHAT)
    with tempfile.TemporaryDirectory() as folder:
        tools = os.path.join(folder, "tools")
        os.mkdir(tools)
        chromium = npm.install_browser(WHAT, tools, os.path.join(HERE, "walk.mjs"))
        world = World(program, folder)
        try:
            world.run()
            sys.exit(npm.walk(tools, {
                "url": world.a.url, "pages": what_is_walked(world), "words": "주차", "chromium": chromium,
                "texts": {name: npm.texts(name, "pages") for name in ("ko", "en")},
                "shots": os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""}))
        finally:
            world.stop()


if __name__ == "__main__":
    main()
