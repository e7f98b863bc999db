// SPDX-License-Identifier: Apache-2.0
#include "app/head_survey.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/charter_peers.h"
#include "app/source_policy.h"
#include "replication/bounds.h"
#include "replication/heads.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kAskedAtOnce = 16;

struct Answer {
  bool answered = false;
  std::string note;  // of the log that is asked for; empty: it has none
};

Answer ask(const std::string& url, const std::string& origin, const OpenSource& open) {
  Answer answer;
  const auto source = open(url);
  if (!source) return answer;
  FetchRequest request{.path = "/federation/heads", .max_bytes = kMaxHeadsBytes};
  request.compress = true;
  const auto response = (*source)->fetch(request);
  if (!response) return answer;
  answer.answered = true;
  auto heads = parse_heads(response->body);
  if (!heads) return answer;
  for (AnnouncedHead& head : *heads) {
    if (head.origin == origin) answer.note = std::move(head.checkpoint);
  }
  return answer;
}

using Tree = std::pair<std::uint64_t, Hash>;
using Holders = std::map<Tree, std::set<std::string>>;

json in_order(const Holders& holders) {
  std::vector<std::pair<Tree, std::set<std::string>>> list(holders.begin(), holders.end());
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    if (a.second.size() != b.second.size()) return a.second.size() > b.second.size();
    return a.first.first > b.first.first;
  });
  json heads = json::array();
  for (const auto& [tree, who] : list) {
    heads.push_back(
        {{"size", tree.first}, {"root", base64_encode(as_view(tree.second))}, {"holders", who}});
  }
  return heads;
}

bool is_forked(const NodeParts& node, const std::string& origin) {
  const auto forked = node.forks->forked();
  return std::any_of(forked.begin(), forked.end(),
                     [&](const ForkedLog& log) { return log.origin == origin; });
}

}  // namespace

Result<std::string> survey_heads(NodeParts& node, const std::string& origin) {
  const auto keys = log_keys(node, origin);
  if (keys.empty()) {
    return Error{
        ErrorCode::kNotFound, "no such log", "errors.log_unknown", {{"origin", printable(origin)}}};
  }
  auto peers = node.store->peer_book().peers();
  if (!peers) return std::move(peers).error();
  std::erase_if(*peers, [](const PeerEntry& peer) { return peer.url.empty(); });
  const auto open = make_quick_opener(node.settings, node.stopping.get_token());
  std::vector<Answer> answers(peers->size());
  run_parallel(answers.size(), kAskedAtOnce, [&](std::size_t i, std::size_t) {
    answers[i] = ask((*peers)[i].url, origin, open);
  });
  Holders holders;
  json silent = json::array();
  const auto add = [&](const std::string& note, const std::string& who) {
    const auto head = open_checkpoint(note, origin, keys);
    if (head) holders[{head->checkpoint.size, head->checkpoint.root}].insert(who);
  };
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i].answered) silent.push_back((*peers)[i].card.origin);
    add(answers[i].note, (*peers)[i].card.origin);
  }
  LogReader& reader = node.store->reader();
  if (const auto log = reader.log_by_origin(origin)) {
    if (const auto head = reader.head(log->id)) add(*head, node.own.origin);
  }
  return json{{"origin", origin},
              {"forked", is_forked(node, origin)},
              {"silent", std::move(silent)},
              {"heads", in_order(holders)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace dure::node
