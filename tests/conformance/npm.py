# SPDX-License-Identifier: Apache-2.0
"""For checks that need programs of others: skipped loudly without them, and npm packages fixed by a lock file."""
import json
import os
import shutil
import subprocess
import sys

NPM_SECONDS = 300
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def skip(what, why):
    line = "!" * 78
    print(f"{line}\nSKIPPED: {what}:\n{why}\n{line}")
    sys.exit(77)


def need(what, *programs):
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        skip(what, "not installed: " + ", ".join(missing))


def install(what, here, folder, *scripts):
    """Copies `scripts` beside exactly what the lock file of `here` names, without running anything of it."""
    for name in ("package.json", "package-lock.json", *scripts):
        shutil.copy(os.path.join(here, name), folder)
    try:
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=NPM_SECONDS)
    except subprocess.TimeoutExpired:
        skip(what, "npm ci took too long")
    if done.returncode != 0:
        skip(what, "npm ci failed: " + done.stdout.decode()[-2000:])


def install_browser(what, folder, script):
    """What checks in Chromium need, with `script` beside it; the browser's path."""
    chromium = shutil.which("chromium")
    need(what, "node", "npm", "chromium")
    install(what, os.path.join(os.path.dirname(os.path.abspath(__file__)), "browser"), folder, "browser.mjs", "look.mjs")
    shutil.copy(script, folder)
    return chromium


def program(what):
    """The node that is tried: $DURE_PROGRAM."""
    path = os.environ.get("DURE_PROGRAM", "")
    if not os.path.exists(path):
        skip(what, "DURE_PROGRAM names no program")
    return os.path.abspath(path)


def texts(language, *areas):
    found = {}
    for area in areas:
        with open(os.path.join(ROOT, f"node/web/texts/{area}.{language}.json"), encoding="utf-8") as file:
            found.update(json.load(file))
    return found


def walk(folder, given):
    """Runs the walk that install_browser() put there with what is `given`, and ends as it ended."""
    config = os.path.join(folder, "config.json")
    with open(config, "w", encoding="utf-8") as file:
        json.dump(given, file)
    return subprocess.run(["node", "walk.mjs", config], cwd=folder, check=False).returncode
