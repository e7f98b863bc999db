// SPDX-License-Identifier: Apache-2.0
#include "app/charter_recovery.h"

#include <algorithm>
#include <chrono>
#include <mutex>

#include "app/source_policy.h"
#include "dure/encoding.h"
#include "membership/charter_exchange.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

constexpr std::size_t kAskedAtOnce = 16;
constexpr std::uint64_t kReadAtOnce = 1024;

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// A chain that a peer gave; only what the own log names was compared yet.
struct Offer {
  std::vector<std::string> chain;
  std::string origin;
};

/// Whether the chain begins where the own log says, and has the very text that it names.
bool fits(const std::vector<std::string>& chain, const PublishedCharter& published) {
  const auto hash_of = [](const std::string& bytes) {
    const auto note = parse_note(bytes);
    return note ? hex_encode(as_view(charter_hash(note->text))) : std::string();
  };
  const std::uint64_t version = published.notice.version;
  return version <= chain.size() && hash_of(chain.front()) == published.fingerprint &&
         hash_of(chain[version - 1]) == published.notice.hash;
}

std::vector<Offer> ask_for_chains(NodeParts& node, const std::vector<PeerEntry>& peers,
                                  const PublishedCharter& published) {
  const auto open = make_quick_opener(node.settings, node.stopping.get_token());
  std::mutex mutex;
  std::vector<Offer> offers;
  run_parallel(peers.size(), kAskedAtOnce, [&](std::size_t i, std::size_t) {
    if (peers[i].url.empty()) return;
    const auto source = open(peers[i].url);
    if (!source) return;
    auto chain = fetch_chain(**source);
    if (!chain || !fits(*chain, published)) return;
    const std::lock_guard lock(mutex);
    offers.push_back({*std::move(chain), peers[i].card.origin});
  });
  // What a peer leaves out at the end, another may have; what is missing then, members tell later.
  std::sort(offers.begin(), offers.end(), [](const Offer& a, const Offer& b) {
    return std::pair(b.chain.size(), a.origin) < std::pair(a.chain.size(), b.origin);
  });
  return offers;
}

Result<bool> names_other_keys(const NodeParts& node, const Charter& charter) {
  const auto number = node.head_lock->witness_key_number();
  if (!number) return number.error();
  const auto witness = node.keys->witness(*number);
  if (!witness) return witness.error();
  const std::string id = node.own.origin.substr(0, node.own.origin.rfind('/'));
  for (const CharterMember& member : charter.members) {
    if (member.id == id)
      return !member.witness || member.witness->format() != (*witness)->verifier().format();
  }
  return false;
}

}  // namespace

Result<std::optional<PublishedCharter>> published_charter(LogReader& reader, LogId own) {
  std::optional<PublishedCharter> newest;
  auto end = reader.stored(own);
  if (!end) return std::move(end).error();
  while (*end > 0 && !newest) {
    const std::uint64_t count = std::min(*end, kReadAtOnce);
    const auto each = [&](std::uint64_t index, std::string_view leaf,
                          std::optional<BodyView> body) {
      const auto fingerprint = body ? federation_in(leaf, body->body) : std::nullopt;
      if (!fingerprint) return true;
      if (auto notice = charter_notice_in(index, leaf, body->body, *fingerprint))
        newest = PublishedCharter{*fingerprint, *std::move(notice)};
      return true;
    };
    if (auto read = reader.scan(own, *end - count, count, each); !read)
      return std::move(read).error();
    *end -= count;
  }
  return newest;
}

Result<CharterReturn> bring_charter_back(NodeParts& node, const std::vector<PeerEntry>& peers) {
  CharterReturn out;
  auto published = published_charter(node.store->reader(), node.store->own_log_id());
  if (!published) return std::move(published).error();
  out.published = *std::move(published);
  if (!out.published) return out;
  auto book = CharterBook::open(*node.head_lock, unix_now);
  if (!book) return std::move(book).error();
  for (const Offer& offer : ask_for_chains(node, peers, *out.published)) {
    const auto moved = (*book)->move_to(offer.chain, out.published->fingerprint);
    if (!moved && moved.error().code == ErrorCode::kStorage) return moved.error();
    if (!moved) {
      node.log.warning("charter.not_taken", error_fields(moved.error()));
      continue;
    }
    const auto current = (*book)->current();
    const auto other = names_other_keys(node, current->charter);
    if (!other) return other.error();
    out.back = true;
    out.federation = current->charter.federation;
    out.version = current->charter.version;
    out.given_by = offer.origin;
    out.other_keys = *other;
    return out;
  }
  return out;
}

}  // namespace dure::node
