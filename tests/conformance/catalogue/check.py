#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The catalogues of real nodes against the official SHACL shapes of DCAT-AP 3.0.1 (base, ranges, recommended) and
CPSV-AP 3.2.0: the examples of seven governments on one node, and the 300 real records; 0 violations and 0 warnings,
as JSON-LD and as Turtle, which must say the same. Hostile bodies, too, must be read by both readers alike.

DURE_PROGRAM=build/dev/dure DURE_HOSTILE=build/dev/tests/conformance/hostile_documents tests/conformance/catalogue/check.py

Exit status: 0 conforms, 1 not, 77 (skipped) without DURE_SHARED, node, npm or its registry."""
import csv
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.dirname(HERE))
import npm  # noqa: E402
from nodes import Node, fetch, fetch_until  # noqa: E402
from protocol import require  # noqa: E402

SHARED = os.environ.get("DURE_SHARED", os.path.join(ROOT, "..", "shared"))
SHAPES = [os.path.join(SHARED, "shapes", name) for name in (
    "dcat-ap-3.0.1/shapes.ttl", "dcat-ap-3.0.1/range.ttl", "dcat-ap-3.0.1/shapes_recommended.ttl",
    "cpsv-ap-3.2.0/cpsv-ap-SHACL.ttl", "own/dates-fix.ttl")] + [os.path.join(HERE, "own.ttl")]
DCAT, CPSV, TERM = "http://www.w3.org/ns/dcat#", "http://purl.org/vocab/cpsv#", "urn:dure:term:"
TYPES = {"jsonld": "application/ld+json", "ttl": "text/turtle"}
WHAT = "the catalogue was NOT checked against the official shapes"


class Town(Node):
    """A node of the example federation, with any role."""

    def __init__(self, program, folder, row):  # pylint: disable=super-init-not-called
        self.program, self.origin, self.name = program, row["origin"], row["name"]
        self.data = os.path.join(folder, row["folder"])
        self.member, self.process, self.url = self.origin.rsplit("/", 1)[0], None, ""
        self.address, self.ids = f"https://{self.origin.split('/')[0]}", {}
        place = [] if row["region"] == "-" else ["--region", row["region"]]
        self.run("init", "--origin", self.origin, "--name", self.name, "--role", row["role"], "--yes", *place)

    def publish_file(self, path, known):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        entries = json.loads(text) if path.endswith(".json") else [json.loads(line) for line in text.splitlines()]
        entries = [resolved(entry, known) for entry in entries]
        for entry, identity in zip(entries, self.publish(entries)):
            known[self.origin, entry["title"].get("ko", "")] = identity
        return len(entries)


def resolved(value, known):
    """Examples name other entries by their titles: "@TITLE"."""
    if isinstance(value, list):
        return [resolved(element, known) for element in value]
    if not isinstance(value, dict):
        return value
    if str(value.get("id", "")).startswith("@"):
        return {**value, "id": known[value["origin"], value["id"][1:]]}
    return {name: resolved(element, known) for name, element in value.items()}


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def example_federation(program, folder):
    """Returns the first town, which mirrors all others, and how many entries there are."""
    towns = [Town(program, folder, row) for row in read_rows(os.path.join(ROOT, "examples", "federation", "nodes.tsv"))]
    known, count = {}, 0
    for wave in ("services.json", "problems.jsonl", "practices.jsonl", "related.jsonl", "answers.jsonl"):
        for town in towns:
            path = os.path.join(ROOT, "examples", "data", os.path.basename(town.data), wave)
            count += town.publish_file(path, known) if os.path.exists(path) else 0
    mirror(towns)
    return towns, count


def mirror(towns):
    for town in towns:
        town.serve("--url", town.address)
    for town in towns[1:]:
        towns[0].run("peer add", town.url, "--vkey", town.vkey(), "--yes")
    towns[0].run("pull", "--once")


def real_records(program, folder):
    rows = read_rows(os.path.join(ROOT, "tests", "real-data", "nodes.tsv"))
    towns = [Town(program, folder, row) for row in rows]
    for town in towns:
        town.run("import gov24", os.path.join(SHARED, "data", "gyeonggi-services.json"))
    mirror(towns)
    return towns, 300


def pages(town, form, folder, limit):
    """Every page of the catalogue as a file."""
    paths, address = [], f"/catalog?limit={limit}"
    while address:
        answer = fetch(town.url, address, {"Accept": TYPES[form]})
        require(answer.status == 200 and answer["content-type"].startswith(TYPES[form]), f"{address}: {answer.status}")
        path = os.path.join(folder, f"{os.path.basename(town.data)}-{limit}-{len(paths)}.{form}")
        with open(path, "wb") as file:
            file.write(answer.body)
        paths.append(path)
        following = [link for link in answer["link"].split(", ") if 'rel="next"' in link]
        address = following[0].split(">")[0].strip("<") if following else ""
    return paths


def node_tool(tools, script, *arguments):
    return subprocess.run(["node", "--max-old-space-size=2048", os.path.join(tools, script), *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def validate(tools, documents, expected):
    arguments = [word for shape in SHAPES for word in ("--shapes", shape)]
    arguments += [word for name, count in expected.items() for word in ("--expect", f"{name}={count}")]
    done = node_tool(tools, "validate.mjs", *arguments, *documents)
    require(done.returncode != 2, done.stderr.decode())
    report = json.loads(done.stdout)
    where = os.path.basename(documents[0]) + (f" and {len(documents) - 1} more" if documents[1:] else "")
    print(f"{where}: {report['triples']} statements, {report['looked']} things looked at, {report['counts']}")
    require(done.returncode == 0, json.dumps(report, ensure_ascii=False, indent=1)[:6000])


def same(tools, one, other):
    done = node_tool(tools, "same.mjs", *[path for pair in zip(one, other) for path in pair])
    require(done.returncode == 0, done.stderr.decode())
    print(done.stdout.decode().strip())


def check(town, count, expected, folder, tools):
    fetch_until(town.url, "/api/v1/entries?limit=1", lambda answer: json.loads(answer.body)["total"] == count)
    for form in TYPES:
        whole = pages(town, form, folder, 1000)
        validate(tools, whole, expected)
        parts = pages(town, form, folder, 40)
        require(len(parts) == -(-count // 40), f"{len(parts)} pages of {count} entries")
        validate(tools, parts, expected)
        validate(tools, parts[-1:], {DCAT + "Catalog": 1})  # a page is a catalogue by itself
    same(tools, pages(town, "jsonld", folder, 1000), pages(town, "ttl", folder, 1000))


def check_entries(town, folder, tools):
    """One entry of each type, alone."""
    documents = {form: [] for form in TYPES}
    kinds = ("service", "practice", "problem", "adoption", "spec", "dataset", "organisation", "programme", "response",
             "proposal", "notice")
    for kind in kinds:
        found = json.loads(fetch(town.url, f"/api/v1/entries?limit=1&type={kind}", {}).body)["entries"]
        require(found, f"no example of type {kind}")
        for form in TYPES:
            answer = fetch(town.url, found[0]["links"]["self"] + f"&format={form}", {})
            require(answer.status == 200 and "Accept" in answer["vary"], f"{kind} as {form}: {answer.status}")
            path = os.path.join(folder, f"one-{kind}.{form}")
            with open(path, "wb") as file:
                file.write(answer.body)
            validate(tools, [path], {})
            documents[form].append(path)
    same(tools, documents["jsonld"], documents["ttl"])


def check_refusals(town):
    refused = fetch(town.url, "/catalog", {"Accept": "application/pdf"})
    require(refused.status == 406 and refused["content-type"] == "application/problem+json", "406 for what is not here")
    require(fetch(town.url, "/catalog?format=xml", {}).status == 400, "400 for a format that there is not")
    answer = fetch(town.url, "/catalog", {})
    again = fetch(town.url, "/catalog", {"If-None-Match": answer["etag"]})
    require(again.status == 304, "304 for what did not change")


def check_hostile(folder, tools):
    program = os.environ.get("DURE_HOSTILE", "")
    require(os.path.exists(program), "DURE_HOSTILE names no program")
    subprocess.run([program, folder], check=True)
    names = sorted(name for name in os.listdir(folder) if name.endswith(".ttl"))
    require(len(names) >= 100, "too few hostile documents")
    same(tools, [os.path.join(folder, name[:-4] + ".jsonld") for name in names],
         [os.path.join(folder, name) for name in names])


def subfolder(folder, name):
    path = os.path.join(folder, name)
    os.mkdir(path)
    return path


def run(make, expected, program, folder, tools, and_then=()):
    towns, count = make(program, folder)
    try:
        check(towns[0], count, {DCAT + "Catalog": 1, DCAT + "Dataset": 3, DCAT + "DataService": 1, **expected}, folder,
              tools)
        for further in and_then:
            further(towns[0])
    finally:
        for town in towns:
            town.stop()


def main():
    program = os.path.abspath(os.environ.get("DURE_PROGRAM", ""))
    if not os.path.isfile(program):
        npm.skip(WHAT, "DURE_PROGRAM names no program")
    if not all(os.path.exists(path) for path in SHAPES):
        npm.skip(WHAT, "the shapes are not there: set DURE_SHARED")
    npm.need(WHAT, "node", "npm")
    with tempfile.TemporaryDirectory() as folder:
        tools = subfolder(folder, "tools")
        npm.install(WHAT, HERE, tools, "rdf.mjs", "validate.mjs", "same.mjs")
        check_hostile(subfolder(folder, "hostile"), tools)
        run(real_records, {CPSV + "PublicService": 300}, program, subfolder(folder, "real"), tools)
        examples = subfolder(folder, "examples")
        run(example_federation, {CPSV + "PublicService": 26, TERM + "Practice": 21, TERM + "Adoption": 11,
                                 DCAT + "Dataset": 8, DCAT + "DataService": 4},
            program, examples, tools,
            (check_refusals, lambda town: check_entries(town, examples, tools)))
    print("the catalogue conforms")


if __name__ == "__main__":
    main()
