// SPDX-License-Identifier: Apache-2.0
#include "crash/evidence.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "dure/commitment.h"
#include "dure/entry.h"
#include "dure/merkle.h"
#include "dure/tile.h"
#include "peer/http_source.h"

namespace dure::test {
namespace {

Bytes fetch(node::Source& source, const std::string& path, std::size_t max_bytes) {
  const auto answer = source.fetch({.path = path, .max_bytes = max_bytes});
  EXPECT_TRUE(answer) << path << ": " << (answer ? "" : answer.error().detail);
  return answer ? answer->body : Bytes();
}

Checkpoint head_of(std::string_view bytes) {
  const auto note = parse_note(bytes);
  const auto checkpoint = note ? parse_checkpoint(note->text) : Result<Checkpoint>(note.error());
  EXPECT_TRUE(checkpoint);
  return checkpoint ? *checkpoint : Checkpoint();
}

struct PublicEntry {
  std::string leaf, body;
};

std::vector<PublicEntry> read_log(node::Source& source, std::uint64_t size) {
  std::vector<PublicEntry> entries;
  for (std::uint64_t index = 0; index * kTileWidth < size; ++index) {
    const unsigned width = tile_width(size, 0, index);
    const Bytes leaves =
        fetch(source, "/log/" + format_tile_path({TileKind::kEntries, 0, index, width}), 1 << 20);
    const Bytes bodies =
        fetch(source, "/log/" + format_tile_path({TileKind::kBodies, 0, index, width}), 32 << 20);
    const auto leaf = split_entry_bundle(leaves, width, kMaxLeafBytes);
    const auto body = split_body_bundle(bodies, width);
    EXPECT_TRUE(leaf && body);
    if (!leaf || !body) break;
    for (std::size_t i = 0; i < width; ++i) {
      entries.push_back(
          {std::string((*leaf)[i]), (*body)[i] ? std::string((*body)[i]->body) : std::string()});
    }
  }
  return entries;
}

}  // namespace

std::size_t Evidence::acknowledge(std::string_view answer, const std::string& title) {
  const auto json = nlohmann::json::parse(answer, nullptr, false);
  if (!json.is_object() || !json.contains("published")) return 0;
  const std::lock_guard lock(mutex_);
  for (const auto& receipt : json["published"]) {
    const bool fresh =
        promises_.emplace(receipt["index"].get<std::uint64_t>(), Promise{receipt["id"], title})
            .second;
    EXPECT_TRUE(fresh) << "one index was given to two entries";
  }
  return json["published"].size();
}

void Evidence::see_head(std::string_view note) {
  const Checkpoint head = head_of(note);
  const std::lock_guard lock(mutex_);
  const auto [known, fresh] = heads_.emplace(head.size, head.root);
  EXPECT_EQ(known->second, head.root) << "two heads of size " << head.size << " were signed";
}

std::size_t Evidence::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return promises_.size();
}

std::size_t Evidence::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_.size();
}

void Evidence::check_against(const std::string& url) const {
  auto source = node::open_http_source(url);
  ASSERT_TRUE(source);
  const Checkpoint head = head_of(fetch(**source, "/log/checkpoint", kMaxNoteBytes));
  const auto entries = read_log(**source, head.size);
  ASSERT_EQ(entries.size(), head.size);

  const std::lock_guard lock(mutex_);
  for (const auto& [index, promise] : promises_) {
    ASSERT_LT(index, head.size) << "an acknowledged entry is gone";
    const auto leaf = parse_leaf(entries[index].leaf);
    ASSERT_TRUE(leaf);
    EXPECT_EQ(leaf->id, promise.id) << "another entry stands at index " << index;
    EXPECT_NE(entries[index].body.find(promise.title), std::string::npos)
        << "the body at index " << index << " is lost";
  }
  CompactRange range;
  auto seen = heads_.begin();
  if (seen != heads_.end() && seen->first == 0) ++seen;
  for (const auto& entry : entries) {
    range.append(hash_leaf(entry.leaf));
    if (seen == heads_.end() || seen->first != range.size()) continue;
    EXPECT_EQ(seen->second, range.root())
        << "the head of size " << seen->first << " is of another history";
    ++seen;
  }
  EXPECT_TRUE(seen == heads_.end())
      << "a head of size " << seen->first << " was signed, now the log has " << head.size;
  EXPECT_EQ(range.root(), head.root);
}

}  // namespace dure::test
