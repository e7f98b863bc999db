// SPDX-License-Identifier: Apache-2.0
// Validates with ajv what an OpenAPI document shows and what a node answered.
//   node check.mjs FILE   {"url", "document", "schemas": [...], "answers": [{"path","method","status","type","body"}, ...]}
// Every example must keep to its schema, and no longer do so when a member of it is replaced by something else: else the
// schema would say nothing. Exit status 0: all of it; 1: not, and what.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const { url, document, schemas, answers } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: false, validateSchema: false });
addFormats(ajv);
for (const schema of schemas) {
  // Their dialect has no word that means something else in ours; the names become addresses.
  const { $schema, $id, ...rest } = schema;
  ajv.addSchema({ $id: new URL(`schemas/${$id}`, url).href, ...rest });
}
ajv.addSchema({ ...document, $id: new URL("openapi.json", url).href });

const escaped = (part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1"));
const compiled = new Map();
function validator(pointer) {
  const key = pointer.join("/");
  if (!compiled.has(key)) {
    const $ref = `${new URL("openapi.json", url).href}#/${pointer.map(escaped).join("/")}`;
    compiled.set(key, ajv.compile({ $ref }));
  }
  return compiled.get(key);
}

function resolve(pointer) {
  let node = document;
  let at = [];
  for (const part of pointer) {
    node = node[part];
    at.push(part);
    if (node?.$ref?.startsWith("#/")) {
      at = node.$ref.slice(2).split("/");
      node = at.reduce((inner, name) => inner[name], document);
    }
  }
  return { node, at };
}

let checked = 0;
const faults = [];
function demand(good, pointer, value, what) {
  checked += 1;
  const valid = validator(pointer)(value);
  if (valid === good) return;
  const why = valid ? "is accepted" : ajv.errorsText(validator(pointer).errors);
  faults.push(`${what}: ${why}`);
}

const strange = { "a member of no schema": [null] };
function demandExample(pointer, value, what) {
  demand(true, pointer, value, what);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return demand(false, pointer, strange, `${what}, replaced`);
  for (const name of Object.keys(value)) {
    if (name === "body" || name === "paths" || name === "properties") continue;  // any object may stand there
    demand(false, pointer, { ...value, [name]: strange }, `${what}, with another ${name}`);
  }
}

function contentOf(method, path, status) {
  const { node, at } = resolve(["paths", path, method.toLowerCase(), "responses", String(status)]);
  return { content: node?.content ?? {}, at: [...at, "content"], documented: node !== undefined };
}

let examples = 0;
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    for (const status of Object.keys(operation.responses)) {
      const { content, at } = contentOf(method, path, status);
      for (const [type, { schema, example, examples: several }] of Object.entries(content)) {
        const what = `${method} ${path} ${status} ${type}`;
        const shown = several ? Object.values(several).map(({ value }) => value) : example === undefined ? [] : [example];
        if (schema && shown.length === 0) faults.push(`${what}: no example`);
        for (const value of shown) {
          examples += 1;
          demandExample([...at, type, "schema"], value, `example of ${what}`);
        }
      }
    }
    for (const i of (operation.parameters ?? []).keys()) {
      const { node, at } = resolve(["paths", path, method, "parameters", i]);
      if (node.example !== undefined) demand(true, [...at, "schema"], node.example, `example of parameter ${node.name}`);
    }
  }
}

for (const [name, methods] of Object.entries(document.webhooks ?? {})) {
  for (const [method, { requestBody, parameters = [] }] of Object.entries(methods)) {
    const at = ["webhooks", name, method];
    for (const [type, { schema, example }] of Object.entries(requestBody.content)) {
      if (schema && example === undefined) faults.push(`webhook ${name}: no example`);
      examples += 1;
      demandExample([...at, "requestBody", "content", type, "schema"], example, `example of webhook ${name}`);
    }
    for (const [i, { name: field, example }] of parameters.entries())
      demand(true, [...at, "parameters", i, "schema"], example, `example of ${field} of webhook ${name}`);
  }
}

const same = (documented, type) => documented === "*/*" || documented.replaceAll(" ", "") === type.replaceAll(" ", "");
for (const { method, path, status, type, body } of answers) {
  const { content, at, documented } = contentOf(method, path, status);
  const what = `answer to ${method} ${path}: ${status} ${type}`;
  if (!documented) faults.push(`${what}: this status is not documented`);
  if (body === null) continue;
  const found = Object.keys(content).find((name) => same(name, type));
  if (found === undefined) faults.push(`${what}: this type is not documented, only ${Object.keys(content)}`);
  else if (content[found].schema) demand(true, [...at, found, "schema"], body, what);
}

for (const fault of faults) console.log(fault);
console.log(`${examples} examples, ${answers.length} answers, ${checked} validations: ${faults.length} faults`);
process.exit(faults.length > 0 || examples === 0 || checked === 0 ? 1 : 0);
