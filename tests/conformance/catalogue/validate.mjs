// SPDX-License-Identifier: Apache-2.0
// node validate.mjs --shapes FILE… --expect IRI=N… DOCUMENT…: all documents as one graph.
// Prints a report as JSON. Exit 0: no finding of any severity; 1: findings, or less than expected; 2: cannot be read.
import { readFileSync } from 'node:fs'
import SHACLValidator from 'rdf-validate-shacl'
import { Store, addTurtle, load } from './rdf.mjs'

const SH = 'http://www.w3.org/ns/shacl#'
const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
const shapeFiles = [], documents = [], expected = []
for (let i = 2; i < process.argv.length; i++) {
  const word = process.argv[i]
  if (word === '--shapes') shapeFiles.push(process.argv[++i])
  else if (word === '--expect') expected.push(process.argv[++i].split('='))
  else documents.push(word)
}

const severity = term => term?.value === SH + 'Info' ? 'info' : term?.value === SH + 'Warning' ? 'warning' : 'violation'
const value = term => term?.termType === 'Literal' ? JSON.stringify(term.value) : term?.value ?? ''

try {
  const data = new Store(), shapes = new Store()
  for (const file of documents) await load(data, file)
  for (const file of shapeFiles) addTurtle(shapes, readFileSync(file, 'utf8'))
  const instances = type => new Set(data.getSubjects(TYPE, type, null).map(s => s.value)).size
  // SHACL calls a graph in which nothing is looked at a good one: so it is counted.
  const targets = Object.fromEntries(shapes.getObjects(null, SH + 'targetClass', null).map(t => [t.value, instances(t.value)]))
  const report = await new SHACLValidator(shapes, { allowNamedNodeInList: true }).validate(data)
  const findings = report.results.map(r => ({
    severity: severity(r.severity), focus: value(r.focusNode), path: value(r.path), value: value(r.value),
    component: r.sourceConstraintComponent?.value ?? '', message: (r.message ?? []).map(m => m.value).join(' | ')
  }))
  const missing = expected.filter(([type, count]) => instances(type) < Number(count))
    .map(([type, count]) => ({ type, wanted: Number(count), found: instances(type) }))
  const counts = { violation: 0, warning: 0, info: 0 }
  for (const f of findings) counts[f.severity]++
  const looked = Object.values(targets).reduce((a, b) => a + b, 0)
  console.log(JSON.stringify({ triples: data.size, looked, counts, missing, targets, findings: findings.slice(0, 40) }, null, 1))
  process.exitCode = findings.length > 0 || missing.length > 0 || looked === 0 ? 1 : 0
} catch (error) {
  console.error('cannot be read: ' + error.message + (error.details ? ' ' + JSON.stringify(error.details) : ''))
  process.exit(2)
}
