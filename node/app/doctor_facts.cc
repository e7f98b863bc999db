// SPDX-License-Identifier: Apache-2.0
#include "app/doctor_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/backup_parts.h"
#include "app/charter_report.h"
#include "app/cosigning_parts.h"
#include "app/version.h"
#include "catalogue/moment.h"
#include "dure/entry.h"
#include "dure/note.h"
#include "http/routes/doctor_control.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::int64_t kSettled = 600;  // seconds after which peers should have an entry
constexpr std::chrono::milliseconds kLongestCheck{2'000};

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Checkpoint> tree_of(const std::optional<std::string>& note) {
  const auto parsed = note ? parse_note(*note) : Result<Note>(Error{ErrorCode::kNotFound, "none"});
  if (!parsed) return std::nullopt;
  const auto head = parse_checkpoint(parsed->text);
  return head ? std::optional(*head) : std::nullopt;
}

std::optional<std::string> value_of(Result<std::string> note) {
  return note ? std::optional(*std::move(note)) : std::nullopt;
}

// Times of leaves grow with their numbers, so the place where they become too new is searched by
// halves.
std::uint64_t settled_entries(NodeParts& node, std::uint64_t size) {
  const std::int64_t limit = node.now() - kSettled;
  std::uint64_t old = 0, unknown_until = size;
  while (old < unknown_until) {
    const std::uint64_t middle = old + (unknown_until - old) / 2;
    const auto entry = node.store->reader().entry(node.store->own_log_id(), middle);
    const auto leaf = entry ? parse_leaf(entry->leaf) : Result<Leaf>(entry.error());
    if (!leaf) return 0;
    if (std::int64_t{moment_seconds(leaf->time)} <= limit) {
      old = middle + 1;
    } else {
      unknown_until = middle;
    }
  }
  return old;
}

// Read in this order, a node that publishes meanwhile does not look as if it contradicted itself.
json head_facts(NodeParts& node) {
  LogReader& reader = node.store->reader();
  const LogId own = node.store->own_log_id();
  const auto published = tree_of(value_of(reader.head(own)));
  const auto note = node.head_lock->head();
  const auto locked = note ? tree_of(*note) : std::nullopt;
  const auto stored = reader.stored(own);
  const bool same_size = published && locked && published->size == locked->size;
  return {{"published", published ? published->size : 0},
          {"locked", locked ? locked->size : 0},
          {"stored", stored ? *stored : 0},
          {"same_root", !same_size || published->root == locked->root},
          {"settled", published ? settled_entries(node, published->size) : 0}};
}

json head_file_facts(NodeParts& node) {
  const auto check = node.head_lock->look_over(kLongestCheck);
  if (!check) return {{"failure", check.error().detail}};
  return {{"finished", check->finished}, {"fault", check->fault}};
}

json charter_facts(NodeParts& node) {
  const json report = charter_report(node);
  if (report.empty()) return json::object();
  std::uint64_t waiting = 0;
  // Fully signed ones only wait for their day.
  for (const auto& draft : report["drafts"]) waiting += draft["counts_from"] == 0 ? 1U : 0U;
  return {{"days_left", report["days_left"]},
          {"warning", report["warning"].get<int>() >= 0},
          {"members", report["members"].size()},
          {"drafts", waiting},
          {"conflicts", report["conflicts"].size() + report["disputes"].size()},
          {"joining", report["joining"].is_object() ? report["joining"]["url"] : json("")}};
}

json finality_facts(NodeParts& node) {
  const json report = finality_report(node);
  return {{"possible", report["possible"]},
          {"behind", report["behind"]},
          {"witnesses", report["n"]},
          {"needed", report["k"]}};
}

Result<json> peer_facts(NodeParts& node) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  json list = json::array();
  for (const PeerEntry& peer : *peers) {
    if (!peer.url.empty())
      list.push_back({{"url", peer.url}, {"name", peer.card.name}, {"origin", peer.card.origin}});
  }
  return list;
}

void add_quarantine(NodeParts& node, json& facts) {
  const auto quarantine = node.publisher ? node.publisher->quarantine() : node.quarantine;
  if (!quarantine) return;
  facts["quarantine"] = {{"detail", quarantine->detail}, {"text", quarantine->text}};
  for (const auto& [name, value] : quarantine->args) facts["quarantine"]["args"][name] = value;
}

Result<std::string> doctor_facts(NodeParts& node) {
  auto peers = peer_facts(node);
  if (!peers) return peers.error();
  const http::Server* server = node.server.load();
  json facts = {{"running", node.serving},
                {"version", kVersion},
                {"origin", node.own.origin},
                {"log_vkey", node.own.log_vkey},
                {"url", node.own.url},
                {"listening", server == nullptr ? "" : server->url()},
                {"head", head_facts(node)},
                {"charter", charter_facts(node)},
                {"finality", finality_facts(node)},
                {"backups", backup_report(node)},
                {"peers", *std::move(peers)}};
  // A stopped node's file is looked at before it is opened.
  if (node.serving) facts["head_file"] = head_file_facts(node);
  if (node.serving) facts["head_path"] = node.folder.head_lock();
  add_quarantine(node, facts);
  return dump(facts);
}

void add_arguments(const json& from, const char* member, Error& error) {
  // A name of its own: what items() goes through must outlive the loop.
  const json args = from.value(member, json::object());
  for (const auto& [name, value] : args.items())
    if (value.is_string()) error.args.emplace_back(name, value.get<std::string>());
}

Error parse_quarantine(const json& from) {
  Error error{ErrorCode::kQuarantined, from.value("detail", ""), from.value("text", "")};
  add_arguments(from, "args", error);
  return error;
}

DatabaseFacts parse_head_file(const json& from, std::string path) {
  using State = DatabaseFacts::State;
  DatabaseFacts facts{std::move(path), State::kWhole, from.value("fault", ""), std::nullopt};
  if (from.contains("failure")) {
    facts.state = State::kUnknown;
    facts.failure = Error{ErrorCode::kStorage, from.value("failure", "")};
  } else if (!facts.fault.empty()) {
    facts.state = State::kDamaged;
  } else if (!from.value("finished", false)) {
    facts.state = State::kUnfinished;
  }
  return facts;
}

void parse_parts(const json& from, NodeFacts& facts) {
  const json& head = from.at("head");
  const json& charter = from.at("charter");
  const json& finality = from.at("finality");
  facts.head = {head.at("locked"), head.at("published"), head.at("stored"), head.at("same_root"),
                head.at("settled")};
  facts.charter.there = !charter.empty();
  if (facts.charter.there) {
    facts.charter.days_left = charter.at("days_left");
    facts.charter.expires_soon = charter.at("warning");
    facts.charter.members = charter.at("members");
    facts.charter.drafts = charter.at("drafts");
    facts.charter.conflicts = charter.at("conflicts");
    facts.charter.joining = charter.at("joining");
  }
  facts.finality = {finality.at("possible"), finality.at("behind"), finality.at("witnesses"),
                    finality.at("needed")};
}

BackupFacts parse_backups(const json& from) {
  BackupFacts facts;
  facts.known = from.is_object();
  facts.set = facts.known && !from.empty();
  if (!facts.set) return facts;
  facts.count = from.at("count");
  facts.sealed = from.at("sealed");
  facts.age = from.at("age_seconds");
  facts.every = from.at("every");
  if (!from.contains("error")) return facts;
  facts.failure =
      Error{ErrorCode::kStorage, from.value("error_detail", ""), from.value("error_text", "")};
  add_arguments(from, "error_args", *facts.failure);
  return facts;
}

NodeFacts parse_facts(const json& from) {
  NodeFacts facts;
  facts.running = from.at("running");
  facts.origin = from.at("origin");
  facts.log_vkey = from.at("log_vkey");
  facts.url = from.at("url");
  facts.version = from.at("version");
  facts.listening = from.at("listening");
  parse_parts(from, facts);
  facts.backups = parse_backups(from.value("backups", json()));
  if (from.contains("quarantine")) facts.quarantine = parse_quarantine(from["quarantine"]);
  if (from.contains("head_file"))
    facts.head_file = parse_head_file(from["head_file"], from.value("head_path", "head.db"));
  for (const auto& peer : from.at("peers"))
    facts.peers.push_back({peer.at("url"), peer.at("name"), peer.at("origin")});
  return facts;
}

}  // namespace

void add_doctor_routes(NodeParts& node) {
  http::DoctorPorts ports;
  ports.facts = [&node] { return doctor_facts(node); };
  ports.expect = [&node] { return dump({{"mark", node.front.expect()}}); };
  ports.arrived = [&node](const std::string& mark) {
    const auto seen = node.front.arrived(mark);
    json answer = {{"arrived", seen.has_value()}};
    if (seen) answer["client"] = seen->client;
    if (seen) answer["forwarded"] = seen->forwarded_for;
    return dump(answer);
  };
  http::add_doctor_control(node.router, std::move(ports));
}

Result<NodeFacts> parse_node_facts(const std::string& text) {
  const json from = json::parse(text, nullptr, /*allow_exceptions=*/false);
  // Our own program wrote it; if it was another version, members may be missing or of other kinds.
  try {
    return parse_facts(from);
  } catch (const json::exception& failure) {
    return Error{ErrorCode::kMalformed, failure.what()};
  }
}

Result<NodeFacts> own_facts(NodeParts& node) {
  const auto facts = doctor_facts(node);
  if (!facts) return facts.error();
  return parse_node_facts(*facts);
}

}  // namespace dure::node
