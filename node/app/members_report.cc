// SPDX-License-Identifier: Apache-2.0
// Members-only entries for the operator of this node: the only place that shows them.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/members_parts.h"
#include "app/node_parts.h"
#include "dure/entry.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kPage = 1'000;

/// One revision of a members-only record.
struct Revision {
  std::uint64_t index = 0;
  Leaf leaf;
};
/// By origin and id; revisions in the order of the log.
using Records = std::map<std::pair<std::string, std::string>, std::vector<Revision>>;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Status read_log(NodeParts& node, const KnownLog& log, std::string_view id, Records& records) {
  for (std::uint64_t first = 0;;) {
    const auto page = node.members.store->entries(log.id, first, kPage);
    if (!page) return page.error();
    for (const std::uint64_t index : *page) {
      const auto entry = node.store->reader().entry(log.id, index);
      if (!entry) return entry.error();
      auto leaf = parse_leaf(entry->leaf);
      if (!leaf || (!id.empty() && leaf->id != id)) continue;
      auto& revisions = records[{log.origin, leaf->id}];
      revisions.push_back({index, *std::move(leaf)});
    }
    if (page->size() < kPage) return ok();
    first = page->back() + 1;
  }
}

Result<Records> read_records(NodeParts& node, std::string_view id, std::string_view origin) {
  Records records;
  const auto logs = node.store->reader().logs();
  if (!logs) return logs.error();
  for (const KnownLog& log : *logs) {
    if (!origin.empty() && log.origin != origin) continue;
    if (auto read = read_log(node, log, id, records); !read) return std::move(read).error();
  }
  return records;
}

/// SPEC: PROTOCOL.md 5.4: the highest revision counts; of two, the earlier one.
const Revision& newest(const std::vector<Revision>& revisions) {
  return *std::max_element(
      revisions.begin(), revisions.end(),
      [](const Revision& a, const Revision& b) { return a.leaf.rev < b.leaf.rev; });
}

/// The body, and whether it is here, missing, erased, or says that the record is withdrawn.
struct Shown {
  std::string state;
  json body;
};

Result<Shown> look(NodeParts& node, const std::string& origin, const Revision& revision) {
  const auto log = node.store->reader().log_by_origin(origin);
  if (!log) return log.error();
  const auto entry = node.store->reader().entry(log->id, revision.index);
  if (!entry) return entry.error();
  if (!entry->salt)
    return Shown{node.eraser->is_erased(origin, revision.index) ? "erased" : "missing", nullptr};
  auto body = json::parse(entry->body, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) body = nullptr;
  return Shown{revision.leaf.type == "withdraw" ? "withdrawn" : "here", std::move(body)};
}

json title_of(const json& body) {
  return body.is_object() ? body.value("title", json(nullptr)) : json(nullptr);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// Every word occurs somewhere in the body as it is written.
bool holds(const json& body, std::string_view words) {
  const std::string text = lower(dump(body));
  for (std::string_view rest = words; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (text.find(lower(std::string(rest.substr(0, end)))) == std::string::npos) return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

json describe(NodeParts& node, const std::string& origin, const Revision& revision,
              const std::string& state) {
  return {{"id", revision.leaf.id},
          {"origin", origin},
          {"publisher", node.search->publisher(origin)},
          {"class", "members"},
          {"type", revision.leaf.type},
          {"rev", revision.leaf.rev},
          {"index", revision.index},
          {"time", revision.leaf.time},
          {"state", state}};
}

Error unknown(std::string_view id) {
  return {ErrorCode::kNotFound,
          "no members-only record with this id",
          "errors.record_unknown",
          {{"id", printable(id)}}};
}

const Revision* find_revision(const std::vector<Revision>& revisions, std::uint64_t rev) {
  if (rev == 0) return &newest(revisions);
  for (const Revision& revision : revisions) {
    if (revision.leaf.rev == rev) return &revision;
  }
  return nullptr;
}

}  // namespace

Result<std::string> members_list(NodeParts& node, std::string_view words, std::string_view origin) {
  const auto records = read_records(node, {}, origin);
  if (!records) return records.error();
  const auto count = count_members(node);
  if (!count) return count.error();
  json entries = json::array();
  for (const auto& [name, revisions] : *records) {
    const Revision& revision = newest(revisions);
    const auto shown = look(node, name.first, revision);
    if (!shown) return shown.error();
    if (!words.empty() && (shown->body.is_null() || !holds(shown->body, words))) continue;
    json entry = describe(node, name.first, revision, shown->state);
    entry["title"] = title_of(shown->body);
    entries.push_back(std::move(entry));
  }
  return dump(
      {{"entries", std::move(entries)}, {"records", records->size()}, {"missing", count->missing}});
}

Result<std::string> members_record(NodeParts& node, std::string_view id, std::string_view origin,
                                   std::uint64_t rev) {
  if (!is_entry_id(id)) return unknown(id);
  const auto records = read_records(node, id, origin);
  if (!records) return records.error();
  if (records->empty()) return unknown(id);
  if (records->size() > 1) {
    return Error{ErrorCode::kConflict, "several logs have this id", "errors.members_origin", {}};
  }
  const auto& [name, revisions] = *records->begin();
  const Revision* revision = find_revision(revisions, rev);
  if (revision == nullptr) return unknown(id);
  auto shown = look(node, name.first, *revision);
  if (!shown) return std::move(shown).error();
  json record = describe(node, name.first, *revision, shown->state);
  record["latestRev"] = newest(revisions).leaf.rev;
  record["body"] = std::move(shown->body);
  record["history"] = json::array();
  for (const Revision& each : revisions) {
    const auto state = look(node, name.first, each);
    if (!state) return state.error();
    record["history"].push_back(describe(node, name.first, each, state->state));
  }
  return dump(record);
}

}  // namespace dure::node
