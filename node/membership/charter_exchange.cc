// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_exchange.h"

#include <algorithm>
#include <utility>

#include "membership/charter_notices.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxListBytes = 64 * 1024;

struct PeerState {
  std::uint64_t version = 0;
  std::string hash;
  std::vector<std::string> drafts;
};

const Error& malformed_state() {
  static const Error kError{ErrorCode::kMalformed, "not the state of a charter"};
  return kError;
}

/// The next line as `<keyword…> <hash>`; empty keyword if it is none.
std::pair<std::string_view, std::string> take_hash_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  const std::size_t space = line.rfind(' ');
  if (space == std::string_view::npos || !is_charter_hash(line.substr(space + 1))) return {};
  return {line.substr(0, space), std::string(line.substr(space + 1))};
}

/// `version <n> <hash>`, then `draft <hash>` for each.
Result<PeerState> parse_state(std::string_view text) {
  constexpr std::string_view kVersion = "version ";
  if (!text.ends_with('\n')) return malformed_state();
  PeerState state;
  auto [first, newest] = take_hash_line(text);
  if (!first.starts_with(kVersion)) return malformed_state();
  const auto number = parse_decimal(first.substr(kVersion.size()));
  if (!number || *number == 0) return malformed_state();
  state.version = *number;
  state.hash = std::move(newest);
  while (!text.empty()) {
    auto [keyword, hash] = take_hash_line(text);
    if (keyword.empty()) return malformed_state();
    if (keyword == "draft" && state.drafts.size() < kMaxDrafts)
      state.drafts.push_back(std::move(hash));
  }
  return state;
}

Result<std::string> fetch_version(Source& source, std::uint64_t number) {
  FetchRequest request;
  request.path = "/federation/charter/" + std::to_string(number);
  request.max_bytes = kMaxCharterBytes;
  request.compress = true;
  auto answer = source.fetch(request);
  if (!answer) return std::move(answer).error();
  return std::move(answer->body);
}

/// `what` was offered: a failure of storage ends the exchange, anything else is the peer's fault.
Status note_outcome(const Result<Offered>& what, CharterNews& news) {
  if (!what && what.error().code == ErrorCode::kStorage) return what.error();
  if (!what) {
    if (!news.refused) news.refused = what.error();
    return ok();
  }
  if (*what == Offered::kAdopted) ++news.adopted;
  if (*what == Offered::kDraft) ++news.drafts;
  news.conflict = news.conflict || *what == Offered::kConflict;
  return ok();
}

Status take_version(CharterBook& book, Source& source, std::uint64_t number, CharterNews& news) {
  auto note = fetch_version(source, number);
  if (!note) return std::move(note).error();
  return note_outcome(book.offer(*note), news);
}

/// The peer tells another text of version `number`. What proves that is the first version that
/// differs: of the later ones nobody can say here that they could have been adopted.
Status find_parting(CharterBook& book, Source& source, std::uint64_t number, CharterNews& news) {
  for (std::size_t asked = 0; number > 1 && asked < kMaxVersionsAtOnce; --number, ++asked) {
    const auto note = fetch_version(source, number);
    if (!note) return note.error();
    const auto offered = book.offer(*note);
    if (auto noted = note_outcome(offered, news); !noted) return noted;
    const bool goes_deeper = !offered && offered.error().code == ErrorCode::kConflict;
    if (!goes_deeper) return ok();
  }
  return ok();
}

/// What the peer has and this node has not; or what it has otherwise, as evidence.
Status take_versions(CharterBook& book, Source& source, const PeerState& peer, CharterNews& news) {
  const std::uint64_t ours = book.size();
  if (peer.version <= ours) {
    if (book.hash(peer.version) == peer.hash) return ok();
    return find_parting(book, source, peer.version, news);
  }
  for (std::uint64_t number = ours + 1; number <= peer.version; ++number) {
    if (number - ours > kMaxVersionsAtOnce) return ok();
    if (auto taken = take_version(book, source, number, news); !taken) return taken;
    if (book.size() == number) continue;
    // Not adopted: maybe the histories part before it.
    return ours == 0 ? ok() : find_parting(book, source, ours, news);
  }
  return ok();
}

Status take_drafts(CharterBook& book, Source& source, const PeerState& peer, CharterNews& news) {
  for (const std::string& hash : peer.drafts) {
    FetchRequest request;
    request.path = "/federation/charter-drafts/" + hash;
    request.max_bytes = kMaxCharterBytes;
    auto draft = source.fetch(request);
    if (!draft && draft.error().code == ErrorCode::kNotFound) continue;
    if (!draft) return std::move(draft).error();
    if (auto noted = note_outcome(book.offer(draft->body), news); !noted) return noted;
  }
  return ok();
}

Result<PeerState> fetch_state(Source& source) {
  FetchRequest request;
  request.path = "/federation/charter-state";
  request.max_bytes = kMaxListBytes;
  auto answer = source.fetch(request);
  if (!answer) return std::move(answer).error();
  return parse_state(answer->body);
}

}  // namespace

Result<CharterNews> exchange_charters(CharterBook& book, Source& source) {
  const auto peer = fetch_state(source);
  if (!peer) return peer.error();
  CharterNews news;
  if (auto taken = take_versions(book, source, *peer, news); !taken)
    return std::move(taken).error();
  if (auto taken = take_drafts(book, source, *peer, news); !taken) return std::move(taken).error();
  return news;
}

Result<std::vector<std::string>> fetch_chain(Source& source) {
  const auto peer = fetch_state(source);
  if (!peer) return peer.error();
  if (peer->version > kMaxVersionsAtOnce)
    return Error{ErrorCode::kTooLarge, "a charter of more than 1024 versions"};
  std::vector<std::string> chain;
  while (chain.size() < peer->version) {
    auto note = fetch_version(source, chain.size() + 1);
    if (!note) return std::move(note).error();
    chain.push_back(*std::move(note));
  }
  return chain;
}

std::string format_charter_state(const CharterBook& book) {
  if (book.size() == 0) return {};
  std::string out = "version " + std::to_string(book.size()) + " " + book.hash(book.size()) + "\n";
  for (const CharterDraft& draft : book.drafts()) out += "draft " + draft.hash + "\n";
  return out;
}

Status send_join_request(Source& source, const std::string& note) {
  FetchRequest request{.path = "/federation/join", .max_bytes = kMaxListBytes};
  request.post = note;
  auto answer = source.fetch(request);
  if (!answer) return std::move(answer).error();
  return ok();
}

}  // namespace dure::node
