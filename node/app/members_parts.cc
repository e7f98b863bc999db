// SPDX-License-Identifier: Apache-2.0
#include "app/members_parts.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "app/node_parts.h"
#include "app/own_charter.h"
#include "app/source_policy.h"
#include "erasing/erasing_members.h"
#include "replication/bounds.h"
#include "replication/members_fetch.h"

namespace dure::node {
namespace {

constexpr std::chrono::milliseconds kBusy{1'000}, kIdle{10'000};
constexpr std::size_t kOthersAtOnce = 4;  // members that are asked besides the log's own node
constexpr std::size_t kCountPage = 10'000;

/// 16 random bytes in base64url.
std::string make_nonce() {
  std::array<unsigned char, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text = base64_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  while (text.ends_with('=')) text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

void add_name(std::vector<PublicName>& names, std::string_view url) {
  auto name = public_name(url);
  if (name && std::find(names.begin(), names.end(), *name) == names.end())
    names.push_back(*std::move(name));
}

/// The address itself; where it means all of them, those of this machine.
void add_listen_names(std::vector<PublicName>& names, const std::string& url) {
  const auto host = url.find("://") + 3;
  const auto port = url.substr(url.rfind(':'));
  const bool any = url.compare(host, 8, "0.0.0.0:") == 0 || url.compare(host, 5, "[::]:") == 0;
  if (!any) return add_name(names, url);
  for (const char* local : {"127.0.0.1", "localhost", "[::1]"})
    add_name(names, url.substr(0, host) + local + port);
}

std::vector<PublicName> names_of(NodeParts& node) {
  std::vector<PublicName> names;
  add_name(names, node.own.url);
  if (const auto member = node.charter->member(member_id(node.own))) add_name(names, member->url);
  if (const auto* server = node.server.load()) add_listen_names(names, server->url());
  return names;
}

std::string member_of_log(std::string_view origin) {
  return std::string(origin.substr(0, origin.rfind('/')));
}

/// Whether others answer this node's signature.
bool is_member(const NodeParts& node) {
  const auto own = node.charter->member(member_id(node.own));
  return own && own->status == MemberStatus::kMember && own->request &&
         own->request->format() == node.own.request_vkey;
}

/// The log's own node, then a few of the members that may have it.
std::vector<std::string> places_of(const Charter& charter, const NodeParts& node,
                                   const std::string& owner) {
  std::vector<std::string> urls, others;
  for (const CharterMember& member : charter.members) {
    if (member.url.empty() || member.id == member_id(node.own)) continue;
    if (member.id == owner) urls.push_back(member.url);
    if (member.id != owner && member.status == MemberStatus::kMember) others.push_back(member.url);
  }
  for (std::size_t i = 0; i < others.size() && i < kOthersAtOnce; ++i) {
    const auto left = static_cast<std::uint32_t>(others.size() - i);
    std::swap(others[i], others[i + randombytes_uniform(left)]);
    urls.push_back(others[i]);
  }
  return urls;
}

void note(NodeParts& node, const MembersReport& report) {
  const std::lock_guard lock(node.members.mutex);
  auto& state = node.members.logs[report.origin];
  state.last_error = report.error;
  if (report.missing == 0) {
    state.backoff.succeeded();
    return;
  }
  const Error nobody{ErrorCode::kNotFound, "nobody who was asked has it"};
  state.backoff.failed(report.error ? *report.error : nobody, std::chrono::steady_clock::now(), {},
                       randombytes_random());
}

void fetch_log(NodeParts& node, const Charter& charter, const KnownLog& log,
               const std::stop_token& stop) {
  const MembersJob job{log, places_of(charter, node, member_of_log(log.origin))};
  const auto report =
      fetch_members_bodies(job, node.members.open, node.store->reader(), *node.members.store, stop);
  note(node, report);
  const LogFields fields = {{"origin", report.origin},
                            {"arrived", std::to_string(report.arrived)},
                            {"missing", std::to_string(report.missing)}};
  if (report.arrived > 0) node.log.info("members.arrived", fields);
  if (!report.error) return;
  auto failed = error_fields(*report.error);
  failed.insert(failed.begin(), fields.begin(), fields.end());
  node.log.warning("members.failed", failed);
}

bool is_due(NodeParts& node, const std::string& origin, MembersScope scope) {
  if (scope == MembersScope::kAll) return true;
  const std::lock_guard lock(node.members.mutex);
  return node.members.logs[origin].backoff.ready(std::chrono::steady_clock::now());
}

bool is_lacking(NodeParts& node, const KnownLog& log) {
  const auto missing = node.members.store->missing(log.id, 0, 1);
  return missing && !missing->empty();
}

Result<std::uint64_t> served_size(LogReader& reader, LogId log) {
  const auto head = reader.head(log);
  if (!head) return head.error();
  const auto parsed = parse_note(*head);
  if (!parsed) return parsed.error();
  const auto checkpoint = parse_checkpoint(parsed->text);
  if (!checkpoint) return checkpoint.error();
  return checkpoint->size;
}

/// Only of members' logs: what was said to another federation is not handed on to this one.
Result<KnownLog> served_log(NodeParts& node, std::string_view hash) {
  const auto logs = node.store->reader().logs();
  if (!logs) return logs.error();
  for (const KnownLog& log : *logs) {
    if (origin_hash(log.origin) == hash && node.charter->member(member_of_log(log.origin)))
      return log;
  }
  return Error{ErrorCode::kNotFound, "no such log is kept here"};
}

Result<Bytes> serve_bodies(NodeParts& node, std::string_view hash, const TilePath& tile,
                           std::size_t from) {
  const auto log = served_log(node, hash);
  if (!log) return log.error();
  const auto size = served_size(node.store->reader(), log->id);
  if (!size) return size.error();
  if (tile.width > tile_width(*size, 0, tile.index))
    return Error{ErrorCode::kNotFound, "the published log does not have this bundle"};
  const std::uint64_t first = tile.index * kTileWidth;
  return node.members.store->bundle(log->id, first + from, first + tile.width,
                                    kBodyBundleSoftLimit);
}

}  // namespace

void open_members(NodeParts& node) {
  node.members.store =
      make_erasing_members(node.store->members(), node.store->reader(), *node.eraser);
  RequestGatePorts ports;
  ports.member = [&node](std::string_view id) { return node.charter->member(id); };
  ports.names = [&node] { return names_of(node); };
  ports.now = node.now;
  ports.started = node.now();
  node.members.gate = std::make_unique<RequestGate>(std::move(ports));
  node.members.open = make_signing_opener(node.settings, node.stopping.get_token(),
                                          {node.request_signer.get(), node.now, make_nonce});
}

void fetch_members(NodeParts& node, MembersScope scope, const std::stop_token& stop) {
  if (!is_member(node)) return;
  const auto charter = node.charter->current();
  const auto logs = node.store->reader().logs();
  if (!charter || !logs || charter->charter.members.size() < 2) return;
  for (const KnownLog& log : *logs) {
    if (stop.stop_requested()) return;
    if (!is_due(node, log.origin, scope) || !is_lacking(node, log)) continue;
    if (!node.charter->member(member_of_log(log.origin))) continue;
    fetch_log(node, charter->charter, log, stop);
  }
}

void run_members(NodeParts& node, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    fetch_members(node, MembersScope::kDue, stop);
    const auto logs = node.store->reader().logs();
    const bool lacking = is_member(node) && logs &&
                         std::any_of(logs->begin(), logs->end(),
                                     [&](const auto& log) { return is_lacking(node, log); });
    node.members.bell.wait(stop, lacking ? kBusy : kIdle);
  }
}

http::MembersPorts members_ports(NodeParts& node) {
  http::MembersPorts ports;
  ports.gate = node.members.gate.get();
  ports.bodies = [&node](std::string_view hash, const TilePath& tile, std::size_t from) {
    return serve_bodies(node, hash, tile, from);
  };
  ports.list = [&node](std::string_view words, std::string_view origin) {
    return members_list(node, words, origin);
  };
  ports.record = [&node](std::string_view id, std::string_view origin, std::uint64_t rev) {
    return members_record(node, id, origin, rev);
  };
  return ports;
}

namespace {

using Page = Result<std::vector<std::uint64_t>>;

Result<std::uint64_t> count_pages(const std::function<Page(std::uint64_t first)>& page_from) {
  std::uint64_t count = 0;
  for (std::uint64_t first = 0;;) {
    const auto page = page_from(first);
    if (!page) return page.error();
    count += page->size();
    if (page->size() < kCountPage) return count;
    first = page->back() + 1;
  }
}

}  // namespace

Result<MembersCount> count_members(NodeParts& node) {
  MembersCount sum;
  const auto logs = node.store->reader().logs();
  if (!logs) return logs.error();
  MembersStore& store = *node.members.store;
  for (const KnownLog& log : *logs) {
    const auto entries =
        count_pages([&](std::uint64_t first) { return store.entries(log.id, first, kCountPage); });
    if (!entries) return entries.error();
    const auto missing =
        count_pages([&](std::uint64_t first) { return store.missing(log.id, first, kCountPage); });
    if (!missing) return missing.error();
    sum.entries += *entries;
    sum.missing += *missing;
  }
  return sum;
}

}  // namespace dure::node
