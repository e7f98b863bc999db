// SPDX-License-Identifier: Apache-2.0
// Entries as people write them: JSON objects, arrays of them, or JSON Lines. What leaves here is
// the exact body that will be committed to; whether it obeys its schema is entry_validation's
// question.
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "dure/entry.h"
#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxBodyDepth = 16;
inline constexpr std::size_t kMaxDocumentBytes =
    256 * 1024;  // one entry as written, white space included
inline constexpr std::size_t kMaxEntryFileBytes =
    64 * 1024 * 1024;  // one JSON text; JSON Lines has no such bound

/// One entry, taken apart.
struct EntryDocument {
  std::string type;
  std::string id;      // of the record to revise; empty: a new record
  std::string body;    // compact JSON, members sorted by name, at most kMaxBodyBytes
  std::string source;  // "<scheme>:<value>" of the first of `identifiers`, or empty
  EntryClass entry_class = EntryClass::kPublic;  // "class": "public" or "members"
};

/// Takes one JSON object apart. The body is its members without `type`, `id` and `class`, written
/// without white space, members sorted by name, integral numbers as integers: equal content always
/// makes equal bytes. `first_line` is the line of the file on which `json` begins, for messages.
/// Errors: kMalformed (syntax, duplicate name, bad number, bad UTF-8), kTooLarge (depth, size),
/// kInvalid
/// (`type`, `id`, `class`).
Result<EntryDocument> parse_entry_document(std::string_view json, std::size_t first_line = 1);

/// The source that a body names: "<scheme>:<value>" of the first of its `identifiers`, or empty.
std::string source_in(std::string_view body);

/// The form in which one entry is written to a file or sent to a node; parse_entry_document reads
/// it back.
std::string format_entry_document(const EntryDocument& document);

/// One entry of a file, or why it cannot be read.
struct ReadEntry {
  std::size_t line = 1;  // where it begins
  Result<EntryDocument> document;
};

/// Takes one entry; false stops the reading.
using ReadEntrySink = std::function<bool(ReadEntry)>;

/// Reads one object, an array of objects, or JSON Lines (recognised by a first line that is whole),
/// a byte order mark allowed. JSON Lines are read line by line and may be of any length; one bad
/// entry does not hide the others. Errors: what is wrong with the file as a whole: kMalformed,
/// kTooLarge, kStorage; entries before it were handed over.
Status read_entry_documents(std::istream& in, const ReadEntrySink& sink);

}  // namespace dure::node
