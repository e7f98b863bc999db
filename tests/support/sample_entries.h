// SPDX-License-Identifier: Apache-2.0
// Valid entries and keys for tests, made from numbers.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include "dure/checkpoint.h"
#include "dure/entry.h"
#include "publishing/ports.h"
#include "replication/ports.h"

namespace dure::node {

inline constexpr const char* kTestOrigin = "suwon.example/dure/1";

inline std::string test_id(std::uint64_t number) {
  Bytes bytes;
  append_u64be(bytes, 0x1234567812345678);
  append_u64be(bytes, number);
  return base32_encode(bytes);
}

inline NewEntry test_entry(std::uint64_t number, EntryClass entry_class = EntryClass::kPublic) {
  NewEntry entry;
  entry.body = R"({"title":{"ko":"사업 )" + std::to_string(number) + R"("}})";
  entry.salt.fill(static_cast<std::uint8_t>(number));
  entry.id = test_id(number);
  entry.type = "service";
  Leaf leaf;
  leaf.type = entry.type;
  leaf.id = entry.id;
  leaf.entry_class = entry_class;
  leaf.commitment = commit(entry.body, entry.salt);
  leaf.size = size_bucket(entry.body.size());
  leaf.time = "2026-11-22T09:00:00Z";
  entry.leaf = format_leaf(leaf);
  entry.leaf_hash = hash_leaf(entry.leaf);
  return entry;
}

inline MirroredEntry test_mirrored(std::uint64_t number,
                                   EntryClass entry_class = EntryClass::kPublic) {
  const NewEntry entry = test_entry(number, entry_class);
  return {entry.leaf, entry.salt, entry.body};
}

inline std::unique_ptr<Signer> test_signer(const std::string& origin = kTestOrigin,
                                           std::uint8_t seed = 7) {
  Secret<32> secret;
  for (std::size_t i = 0; i < 32; ++i) secret.data()[i] = seed;
  auto signer = make_ed25519_signer(origin, KeyType::kEd25519, secret);
  if (!signer) std::abort();
  return std::move(*signer);
}

inline SignedCheckpoint test_head(const CompactRange& range, const Signer& signer,
                                  const std::string& origin = kTestOrigin) {
  auto head = sign_checkpoint({origin, range.size(), range.root()}, signer);
  if (!head) std::abort();
  return std::move(*head);
}

}  // namespace dure::node
