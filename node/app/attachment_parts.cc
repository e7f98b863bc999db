// SPDX-License-Identifier: Apache-2.0
#include "app/attachment_parts.h"

#include <sodium.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "app/durable_file.h"
#include "attachments/attachment_list.h"
#include "dure/entry.h"
#include "storage/attachment_files.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::int64_t kUnusedSeconds = 24 * 3600;
constexpr std::chrono::milliseconds kBetweenRounds{60'000};
constexpr std::size_t kMostMemoryBytes = std::size_t{4} << 20;
constexpr mode_t kPrivate = 0600;

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The entry's own words about the attachment; nothing if it is not a public entry that is here.
std::optional<AttachmentRef> reference_in(LogReader& logs, const AttachmentOwner& owner,
                                          const Hash& commitment) {
  const auto log = logs.log_by_origin(owner.origin);
  if (!log) return std::nullopt;
  const auto stored = logs.stored(log->id);
  if (!stored || owner.index >= *stored) return std::nullopt;
  const auto entry = logs.entry(log->id, owner.index);
  if (!entry || !entry->salt) return std::nullopt;
  const auto leaf = parse_leaf(entry->leaf);
  if (!leaf || leaf->entry_class != EntryClass::kPublic) return std::nullopt;
  for (auto& ref : attachments_in(entry->body)) {
    if (ref.commitment == commitment) return std::move(ref);
  }
  return std::nullopt;
}

// Whether the entry holds on to the attachment. What cannot be read now is not given up.
bool refers_to(LogReader& logs, const AttachmentOwner& owner, const Hash& commitment) {
  const auto log = logs.log_by_origin(owner.origin);
  const auto entry = log ? logs.entry(log->id, owner.index) : Result<MirroredEntry>(log.error());
  if (!entry) return entry.error().code != ErrorCode::kNotFound;
  const auto refs = attachments_in(entry->body);
  return std::any_of(refs.begin(), refs.end(),
                     [&](const auto& ref) { return ref.commitment == commitment; });
}

MirrorPolicy policy_of(const Settings& settings) {
  MirrorPolicy policy;
  if (settings.attachments_mirror == "all") {
    policy.largest = std::numeric_limits<std::uint64_t>::max();
  } else {
    policy.largest = parse_byte_size(settings.attachments_mirror).value_or(0);
  }
  policy.budget = parse_byte_size(settings.attachments_budget).value_or(0);
  return policy;
}

bool is_superseded(CatalogueStore& catalogue, const AttachmentOwner& entry, const std::string& id) {
  const auto items = catalogue.find(id);
  if (!items) return false;
  return std::any_of(items->begin(), items->end(), [&](const auto& item) {
    return item.origin == entry.origin && item.index > entry.index;
  });
}

std::vector<AttachmentPeer> attachment_peers(PeerBook& book) {
  std::vector<AttachmentPeer> peers;
  const auto known = book.peers();
  if (!known) return peers;
  for (const auto& peer : *known) peers.push_back({peer.card.origin, peer.url});
  return peers;
}

}  // namespace

Status open_attachments(NodeParts& node, OpenFor purpose) {
  AttachmentFilesOptions options;
  options.folder = node.folder.attachments();
  options.own_origin = node.own.origin;
  options.may_write = purpose == OpenFor::kWriting;
  options.random = [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); };
  options.now = unix_now;
  options.is_erased = [&node](const AttachmentOwner& owner) {
    return node.eraser && node.eraser->is_erased(owner.origin, owner.index);
  };
  options.refers_to = [&logs = node.store->reader()](const AttachmentOwner& owner,
                                                     const Hash& commitment) {
    return refers_to(logs, owner, commitment);
  };
  auto files = open_attachment_files(std::move(options));
  if (!files) return files.error();
  node.attachments = std::move(*files);
  // What no entry came to refer to, because the command that sent it ended.
  if (purpose == OpenFor::kWriting) node.attachments->drop_unused(0);
  return ok();
}

void open_mirroring(NodeParts& node) {
  MirroringPorts ports;
  ports.store = node.attachments.get();
  ports.logs = &node.store->reader();
  ports.open = node.open_source;
  ports.peers = [&book = node.store->peer_book()] { return attachment_peers(book); };
  ports.is_superseded = [&catalogue = *node.catalogue](const AttachmentOwner& entry,
                                                       const std::string& id) {
    return is_superseded(catalogue, entry, id);
  };
  const std::string path = node.folder.attachments() + "/followed";
  ports.memory.load = [path] {
    const auto text = read_small_file(path, kMostMemoryBytes);
    return text ? *text : std::string();
  };
  ports.memory.save = [path](const std::string& text) {
    return replace_file(path, text, kPrivate);
  };
  ports.own_origin = node.own.origin;
  ports.policy = policy_of(node.settings);
  ports.random = [] {
    std::uint64_t number = 0;
    randombytes_buf(&number, sizeof number);
    return number;
  };
  ports.on_fetched = [&log = node.log](const AttachmentRef& ref, const AttachmentOwner& owner) {
    log.info("attachments.fetched", {{"origin", owner.origin},
                                     {"entry", std::to_string(owner.index)},
                                     {"bytes", std::to_string(ref.size)}});
  };
  ports.on_failure = [&log = node.log](const std::string& url, const Error& error) {
    auto fields = error_fields(error);
    fields.emplace_back("url", url);
    log.warning("attachments.not_fetched", fields);
  };
  node.mirroring = std::make_unique<Mirroring>(std::move(ports));
}

http::AttachmentRoutePorts attachment_route_ports(NodeParts& node) {
  http::AttachmentRoutePorts ports;
  ports.store = node.attachments.get();
  ports.describe = [&store = *node.attachments,
                    &logs = node.store->reader()](const Hash& commitment) {
    std::optional<AttachmentRef> ref;
    for (const auto& owner : store.owners(commitment)) {
      ref = reference_in(logs, owner, commitment);
      if (ref) break;
    }
    return ref;
  };
  return ports;
}

void mirror_attachments(NodeParts& node) {
  if (node.serving) return node.mirroring_bell.ring();
  if (const auto done = node.mirroring->run_once(node.stopping.get_token()); !done)
    node.log.warning("attachments.failed", error_fields(done.error()));
}

void run_mirroring(NodeParts& node, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const auto done = node.mirroring->run_once(stop); !done)
      node.log.warning("attachments.failed", error_fields(done.error()));
    node.attachments->drop_unused(kUnusedSeconds);
    const bool waiting = node.mirroring->state().waiting > 0;
    const auto soon = std::chrono::seconds(node.settings.pull_interval);
    node.mirroring_bell.wait(
        stop, waiting ? std::min<std::chrono::milliseconds>(soon, kBetweenRounds) : kBetweenRounds);
  }
}

json attachment_report(NodeParts& node) {
  const auto totals = node.attachments->totals();
  const auto state = node.mirroring->state();
  return {{"own", totals.own},
          {"own_bytes", totals.own_bytes},
          {"mirrored", totals.mirrored},
          {"mirrored_bytes", totals.mirrored_bytes},
          {"unfinished", totals.unfinished},
          {"waiting", state.waiting},
          {"over_budget", state.over_budget},
          {"mirror", node.settings.attachments_mirror},
          {"budget_bytes", policy_of(node.settings).budget}};
}

Result<json> check_attachments(NodeParts& node) {
  const auto damaged = node.attachments->check();
  if (!damaged) return damaged.error();
  const auto totals = node.attachments->totals();
  json names = json::array();
  for (const auto& commitment : *damaged) names.push_back(hex_encode(as_view(commitment)));
  return json{{"files", totals.own + totals.mirrored}, {"damaged", std::move(names)}};
}

}  // namespace dure::node
