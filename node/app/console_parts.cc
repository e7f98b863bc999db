// SPDX-License-Identifier: Apache-2.0
#include "app/console_parts.h"

#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/console_erasures.h"
#include "app/examination.h"
#include "app/pull_json.h"
#include "http/routes/console_control.h"
#include "http/routes/console_routes.h"
#include "http/routes/region_options.h"
#include "http/routes/token_control.h"

namespace dure::node {
namespace {

using nlohmann::json;

// Those that people write; others come from imports, or are made by the node.
constexpr std::array<const char*, 9> kWritten = {"practice",     "service",   "problem",
                                                 "adoption",     "proposal",  "spec",
                                                 "organisation", "programme", "response"};

bool is_on(const NodeParts& node) { return node.settings.console_enabled == "on"; }

Status open_file(NodeParts& node, OpenFor purpose) {
  const std::string path = node.folder.console();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    if (!is_on(node) || purpose != OpenFor::kWriting) return ok();
    if (auto made = create_console(path); !made) return made;
  }
  auto file = open_console(path);
  if (!file) return std::move(file).error();
  node.console_file = std::move(*file);
  return ok();
}

void random_bytes(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

Result<PresentRecord> present_record(NodeParts& node, std::string_view id) {
  auto record = node.search->record(id, node.own.origin);
  if (!record) return std::move(record).error();
  if (record->item.withdrawn || record->erased || !record->body)
    return Error{ErrorCode::kGone, "it was withdrawn or erased", "errors.console_gone"};
  return PresentRecord{record->leaf.type, record->leaf.rev, *std::move(record->body)};
}

bool is_readable(const RevisionView& revision) {
  return revision.has_body && !revision.erased && revision.type != kWithdrawal;
}

/// The newest revision of a record that can still be read.
Result<PresentRecord> last_readable(NodeParts& node, std::string_view id) {
  const auto record = node.search->record(id, node.own.origin);
  if (!record) return record.error();
  const auto& history = record->history;
  const auto last = std::find_if(history.rbegin(), history.rend(), &is_readable);
  if (last == history.rend()) return Error{ErrorCode::kGone, "nothing is left of it"};
  auto then = node.search->record(id, node.own.origin, last->rev);
  if (!then) return std::move(then).error();
  if (!then->body) return Error{ErrorCode::kGone, "nothing is left of it"};
  return PresentRecord{then->leaf.type, then->leaf.rev, *std::move(then->body)};
}

std::vector<std::string> titles_in(std::string_view body) {
  std::vector<std::string> titles;
  const json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object() || !parsed.contains("title") || !parsed["title"].is_object()) return {};
  for (const auto& title : parsed["title"]) {
    if (title.is_string()) titles.push_back(title.get<std::string>());
  }
  return titles;
}

Result<StandingRecord> standing_record(NodeParts& node, std::string_view id) {
  const auto record = node.search->record(id, node.own.origin);
  if (!record) return record.error();
  const auto& history = record->history;
  StandingRecord standing{record->latest_rev, record->item.withdrawn};
  standing.readable = std::any_of(history.begin(), history.end(), &is_readable);
  standing.erased = std::none_of(history.begin(), history.end(), [](const RevisionView& revision) {
    return revision.has_body && !revision.erased;
  });
  if (const auto last = last_readable(node, id)) standing.titles = titles_in(last->body);
  return standing;
}

Result<LogEntry> own_entry(NodeParts& node, std::uint64_t index) {
  LogReader& reader = node.store->reader();
  const auto log = reader.log_by_origin(node.own.origin);
  if (!log) return log.error();
  auto entry = reader.entry(log->id, index);
  if (!entry) return std::move(entry).error();
  const auto leaf = parse_leaf(entry->leaf);
  if (!leaf) return leaf.error();
  return LogEntry{leaf->type, leaf->id, entry->body, leaf->rev};
}

/// Null without an inbox.
std::shared_ptr<const InboxDesk> desk_of(NodeParts& node) {
  if (!node.inbox) return nullptr;
  InboxDeskPorts ports;
  ports.inbox = node.inbox.get();
  ports.find_by_source = [&node](std::string_view source) -> Result<std::optional<std::string>> {
    const auto record = node.own_log->find_by_source(source);
    if (!record) return record.error();
    return *record ? std::optional((*record)->id) : std::nullopt;
  };
  ports.publish = [&node](Submission entry) { return node.publisher->publish(std::move(entry)); };
  return std::make_shared<const InboxDesk>(std::move(ports));
}

DraftsPorts drafts_ports(NodeParts& node) {
  DraftsPorts ports;
  ports.store = node.console_file.get();
  ports.now = node.now;
  ports.check = [&node](std::string_view type, std::string_view body) {
    return node.validator->check(type, body);
  };
  ports.record = [&node](std::string_view id) { return present_record(node, id); };
  ports.standing = [&node](std::string_view id) { return standing_record(node, id); };
  ports.publish = [&node, desk = desk_of(node)](Submission submission) {
    return desk ? desk->publish(std::move(submission))
                : node.publisher->publish(std::move(submission));
  };
  ports.found_published = [desk = desk_of(node)](const std::string& source,
                                                 const std::string& record) {
    return desk ? desk->published(source, record) : ok();
  };
  ports.erase = [&node](const ErasureWish& wish) { return erase_approved(node, wish); };
  ports.log_size = [&node] { return node.own_log->size(); };
  ports.entry = [&node](std::uint64_t index) { return own_entry(node, index); };
  ports.alone = [&node] { return node.accounts->alone(); };
  return ports;
}

/// Of a draft as it is written; of a request its entry.
Result<EntryView> view_of(NodeParts& node, const Draft& draft, Language language) {
  PresentRecord shown{draft.type, 0, draft.body};
  if (draft.is_request()) {
    auto record = last_readable(node, draft.record);
    if (!record) return std::move(record).error();
    shown = *std::move(record);
  }
  return make_entry_view(
      shown.type, shown.body, language,
      [&node](std::string_view code, Language) { return node.regions->full_name(code); });
}

Result<std::vector<http::PeerCondition>> peer_conditions(NodeParts& node) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  const auto live = node.replicator->status();
  std::vector<http::PeerCondition> conditions;
  for (const PeerEntry& peer : *peers) {
    const auto status = std::find_if(live.begin(), live.end(),
                                     [&](const auto& s) { return s.origin == peer.card.origin; });
    http::PeerCondition condition;
    condition.name = printable(peer.card.name, 100);
    if (status != live.end()) condition.status = *status;
    condition.status.url = peer.url;
    condition.clock_ahead = node.clocks->ahead(peer.url);
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

http::ConsolePorts console_ports(NodeParts& node) {
  http::ConsolePorts ports;
  ports.own = node.own;
  ports.accounts = node.accounts.get();
  ports.drafts = node.drafts.get();
  ports.sessions = node.sessions.get();
  ports.store = node.console_file.get();
  for (const char* type : kWritten) {
    if (node.validator->knows(type)) ports.types.emplace_back(type);
  }
  ports.korean_regions = http::region_options(*node.regions, Language::kKo);
  ports.english_regions = http::region_options(*node.regions, Language::kEn);
  ports.view = [&node](const Draft& draft, Language language) {
    return view_of(node, draft, language);
  };
  ports.search = [&node](const SearchRequest& request) { return node.search->search(request); };
  ports.inbox = node.inbox.get();
  ports.claims = [&node](std::string_view id) { return node.search->claims(id); };
  ports.record = [&node](std::string_view id, std::string_view origin) {
    return node.search->record(id, origin);
  };
  ports.publisher = [&node](std::string_view origin) { return node.search->publisher(origin); };
  ports.desk = desk_of(node);
  ports.now = node.now;
  ports.erasures = [&node] { return console_erasures(node); };
  ports.waiting_messages = [&node]() -> std::uint64_t {
    const auto waiting = node.inbox ? node.inbox->waiting() : WaitingMessages{};
    return waiting ? waiting->count : 0;
  };
  ports.examine = [&node](bool thorough) {
    return thorough ? examine_folder(node.settings) : Result<Findings>(look_over_node(node));
  };
  ports.peers = [&node] { return peer_conditions(node); };
  ports.outstanding_receipts = [&node] { return node.receipts->outstanding(); };
  ports.clock = [] { return std::chrono::steady_clock::now(); };
  return ports;
}

}  // namespace

void open_console_parts(NodeParts& node, OpenFor purpose) {
  if (auto opened = open_file(node, purpose); !opened) {
    node.console_failure = opened.error();
    node.log.error("console.failed", error_fields(opened.error()));
  }
  if (!node.console_file) return;
  node.passwords = std::make_unique<PasswordHasher>();
  node.sessions = std::make_unique<Sessions>(node.now, &random_bytes);
  node.accounts = std::make_unique<Accounts>(AccountsPorts{
      node.console_file.get(), node.passwords.get(), node.sessions.get(), node.now, &random_bytes});
  node.tokens =
      std::make_unique<ApiTokens>(ApiTokensPorts{node.console_file.get(), node.now, &random_bytes});
  node.drafts = std::make_unique<Drafts>(drafts_ports(node));
}

void add_console_routes(NodeParts& node) {
  http::add_console_control(node.router, node.accounts.get(), [&node](const std::string& code) {
    return set_up_link(node.settings, code);
  });
  http::add_token_control(node.router, node.tokens.get(), node.now);
  if (!is_on(node) || !node.accounts || !node.publisher) return;
  http::add_console_routes(node.router, console_ports(node));
}

json console_report(NodeParts& node) {
  json report = {{"enabled", is_on(node)}};
  if (node.console_failure) describe_error(report, *node.console_failure);
  if (!node.accounts) return report;
  const auto accounts = node.accounts->all();
  const auto drafts = node.console_file->drafts(0);
  if (!accounts || !drafts) {
    describe_error(report, !accounts ? accounts.error() : drafts.error());
    return report;
  }
  report["accounts"] = accounts->size();
  report["review"] = std::count_if(drafts->begin(), drafts->end(), [](const Draft& draft) {
    return draft.state == DraftState::kReview;
  });
  return report;
}

json check_console(NodeParts& node) {
  json report = {{"damaged", false}};
  auto whole = ok();
  if (node.console_file) whole = node.console_file->check();
  if (node.console_failure) whole = *node.console_failure;
  if (whole) return report;
  report["damaged"] = true;
  describe_error(report, whole.error());
  return report;
}

std::string set_up_link(const Settings& settings, const std::string& code) {
  const std::string base = settings.url.empty() ? "http://" + settings.listen : settings.url;
  return base + "/admin/set-up?code=" + code;
}

}  // namespace dure::node
