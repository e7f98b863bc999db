// SPDX-License-Identifier: Apache-2.0
// Reads JSON-LD and Turtle with no network: every socket is refused, and so is every context that is not in the document.
import { readFileSync } from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import { Parser, Store, DataFactory, Writer } from 'n3'
import jsonld from 'jsonld'

const refuse = () => { throw new Error('no network here') }
net.Socket.prototype.connect = refuse
net.connect = net.createConnection = tls.connect = refuse
globalThis.fetch = async () => refuse()

const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
const BASE = 'https://base.invalid/'
const documentLoader = async url => { throw new Error(`the context ${url} is not in the document`) }
let files = 0

function addTurtle (store, text) {
  const parser = new Parser({ baseIRI: BASE, blankNodePrefix: `f${files++}_` })
  for (const q of parser.parse(text)) store.add(DataFactory.quad(q.subject, q.predicate, q.object))
}

// safe: a key that means nothing is an error, not silence.
const nquads = document => jsonld.toRDF(document, { base: BASE, documentLoader, format: 'application/n-quads', safe: true })

export async function load (store, file) {
  const text = readFileSync(file, 'utf8')
  addTurtle(store, file.endsWith('.jsonld') ? await nquads(JSON.parse(text)) : text)
}

// One text for all documents that say the same, whatever their blank nodes are called.
export async function canonical (file) {
  const store = new Store()
  await load(store, file)
  // The address of a page names the format, so it differs by nature.
  const pages = new Set(store.getSubjects(TYPE, 'http://www.w3.org/ns/hydra/core#PartialCollectionView', null).map(s => s.value))
  const quads = store.getQuads(null, null, null, null).filter(q => !pages.has(q.subject.value))
  const text = new Writer({ format: 'N-Quads' }).quadsToString(quads)
  return jsonld.canonize(text, { algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', format: 'application/n-quads' })
}

export { Store, addTurtle }
