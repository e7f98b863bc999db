// SPDX-License-Identifier: Apache-2.0
// node same.mjs A B …: pairs of documents that must say the same. Exit 0: each pair does; 1: not; 2: one cannot be read.
import { canonical } from './rdf.mjs'

const files = process.argv.slice(2)
for (let i = 0; i + 1 < files.length; i += 2) {
  try {
    const [a, b] = [await canonical(files[i]), await canonical(files[i + 1])]
    if (a.length > 0 && a === b) continue
    const other = new Set(b.split('\n'))
    console.error(`${files[i]} and ${files[i + 1]} differ: ` + a.split('\n').filter(line => !other.has(line)).slice(0, 3).join('\n'))
    process.exit(1)
  } catch (error) {
    console.error(`${files[i]}, ${files[i + 1]}: ${error.message} ${JSON.stringify(error.details ?? '')}`)
    process.exit(2)
  }
}
console.log(`${files.length / 2} pairs say the same`)
