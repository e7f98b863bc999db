// SPDX-License-Identifier: Apache-2.0
#include "replication/fork_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"

namespace dure::node {
namespace {

Error malformed(const char* why) {
  return Error{ErrorCode::kMalformed, std::string("forks: ") + why};
}

Result<ListedFork> read_fork(const nlohmann::json& item) {
  if (!item.is_object()) return malformed("a fork is an object");
  const auto name = item.find("name");
  const auto origin = item.find("origin");
  if (name == item.end() || origin == item.end() || !name->is_string() || !origin->is_string())
    return malformed("a fork has a name and an origin");
  ListedFork fork{name->get<std::string>(), origin->get<std::string>()};
  if (!is_fork_name(fork.name)) return malformed("bad name");
  return fork;
}

}  // namespace

bool is_fork_name(std::string_view name) { return name.size() == 64 && hex_decode(name); }

std::string fork_name(std::string_view file) { return hex_encode(as_view(sha256({file}))); }

std::string format_fork_list(std::vector<ListedFork> forks) {
  std::sort(forks.begin(), forks.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (auto& fork : forks) {
    nlohmann::ordered_json item;
    item["name"] = std::move(fork.name);
    item["origin"] = std::move(fork.origin);
    list.push_back(std::move(item));
  }
  nlohmann::ordered_json document;
  document["forks"] = std::move(list);
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<std::vector<ListedFork>> parse_fork_list(std::string_view text) {
  if (text.size() > kMaxForkListBytes) return Error{ErrorCode::kTooLarge, "forks"};
  const auto document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return malformed("not an object");
  const auto list = document.find("forks");
  if (list == document.end() || !list->is_array()) return malformed("no list of forks");
  if (list->size() > kMaxListedForks) return Error{ErrorCode::kTooLarge, "forks: too many"};
  std::vector<ListedFork> forks;
  forks.reserve(list->size());
  for (const auto& item : *list) {
    auto fork = read_fork(item);
    if (!fork) return std::move(fork).error();
    if (!forks.empty() && forks.back().name >= fork->name) return malformed("not sorted by name");
    forks.push_back(*std::move(fork));
  }
  return forks;
}

}  // namespace dure::node
