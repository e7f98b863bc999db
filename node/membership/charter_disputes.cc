// SPDX-License-Identifier: Apache-2.0
// The part of the book about texts that contradict each other, and what people decide about them.
#include <algorithm>
#include <set>
#include <utility>

#include "membership/charter_book.h"
#include "membership/charter_drafts.h"

namespace dure::node {
namespace {

// Reading a little again after a crash costs less than a durable write for every few entries.
constexpr std::uint64_t kKeepEvery = 4096;

Error frozen(std::string_view why) {
  return Error{ErrorCode::kRefused,
               "two texts of a charter contradict each other (" + std::string(why) +
                   "): nothing is taken in until people have decided",
               "charter.frozen"};
}

CharterFile decision_file(std::uint64_t version, const std::string& hash, std::int64_t now) {
  return {CharterPaper::kDecision, version_key(version), std::to_string(version) + " " + hash, now};
}

std::set<std::string> names_of(const std::vector<CharterDispute>& disputes) {
  std::set<std::string> names;
  for (const CharterDispute& dispute : disputes) {
    for (const CharterText& text : dispute.texts)
      names.insert(std::to_string(dispute.version) + " " + text.hash);
  }
  return names;
}

}  // namespace

std::vector<std::string> CharterBook::chain_hashes() const {
  std::vector<std::string> hashes;
  for (const SignedCharter& charter : chain_) hashes.push_back(hash_of(charter));
  return hashes;
}

std::vector<CharterDispute> CharterBook::disputes_among(const Charter& members_of) const {
  const auto chain = chain_hashes();
  return find_disputes({&members_of, &chain, &notices_, &decisions_});
}

std::map<std::string, LogNotices> CharterBook::notices() const {
  const std::lock_guard lock(mutex_);
  return notices_;
}

std::vector<CharterDispute> CharterBook::disputes() const {
  const std::lock_guard lock(mutex_);
  return chain_.empty() ? std::vector<CharterDispute>() : disputes_among(chain_.back().charter);
}

/// Another text could have followed the same version as one that counts here, and nobody decided.
bool CharterBook::is_open(const SignedCharter& conflict) const {
  const std::uint64_t version = conflict.charter.version;
  if (version < 2 || version > chain_.size() || decisions_.count(version) != 0) return false;
  return conflict.charter.previous == charter_hash(chain_[version - 2].note.text);
}

Status CharterBook::check_decided(const SignedCharter& next) const {
  for (const auto& [hash, conflict] : conflicts_) {
    if (is_open(conflict)) return frozen("both are signed");
  }
  const auto decided = decisions_.find(next.charter.version);
  if (decided != decisions_.end() && decided->second != hash_of(next)) {
    return Error{ErrorCode::kConflict, "another text of this version was decided upon",
                 "charter.decided-otherwise"};
  }
  // The members of the coming version are asked, so that it can take out who contradicts.
  for (const CharterDispute& dispute : disputes_among(next.charter)) {
    if (dispute.version <= next.charter.version) return frozen("members follow different ones");
  }
  return ok();
}

Result<bool> CharterBook::heard(const std::string& origin, LogNotices notices) {
  const std::lock_guard lock(mutex_);
  if (chain_.empty()) return false;
  LogNotices& known = notices_[origin];
  // Nearly always a log has grown and says nothing about the charter: no hash is computed then.
  const bool news = known.newest != notices.newest;
  std::set<std::string> before;
  if (news) {
    thin_notices(notices, chain_hashes());
    before = names_of(disputes_among(chain_.back().charter));
  }
  if (news || notices.read >= kept_read_[origin] + kKeepEvery) {
    const std::vector<CharterFile> files = {
        {CharterPaper::kNotices, origin, format_log_notices(notices), clock_()}};
    if (auto kept = store_.keep_charter_files(files); !kept) return std::move(kept).error();
    kept_read_[origin] = notices.read;
  }
  known = std::move(notices);
  if (!news) return false;
  const auto after = names_of(disputes_among(chain_.back().charter));
  return !std::includes(before.begin(), before.end(), after.begin(), after.end());
}

std::optional<std::uint64_t> CharterBook::version_of(std::string_view hash) const {
  for (const SignedCharter& charter : chain_) {
    if (hash_of(charter) == hash) return charter.charter.version;
  }
  const auto conflict = conflicts_.find(std::string(hash));
  if (conflict != conflicts_.end()) return conflict->second.charter.version;
  for (const CharterDispute& dispute : disputes_among(chain_.back().charter)) {
    for (const CharterText& text : dispute.texts) {
      if (text.hash == hash && dispute.version > chain_.size()) return dispute.version;
    }
  }
  return std::nullopt;
}

/// Stored as one change, before anything is done about it.
Status CharterBook::swap_text(const SignedCharter& text) {
  const std::uint64_t version = text.charter.version;
  if (version > chain_.size() + 1 || version < 2) return frozen("an earlier version comes first");
  if (auto follows = verify_succession(chain_[version - 2], text); !follows)
    return std::move(follows).error();
  const std::string hash = hash_of(text);
  std::vector<CharterFile> files = {version_file(text, clock_()),
                                    decision_file(version, hash, clock_()),
                                    {CharterPaper::kEvidence, hash, "", 0}};
  for (std::uint64_t later = version + 1; later <= chain_.size(); ++later)
    files.push_back({CharterPaper::kVersion, version_key(later), "", 0});
  for (const auto& [draft, unused] : drafts_) files.push_back({CharterPaper::kDraft, draft, "", 0});
  std::optional<SignedCharter> replaced;
  if (version <= chain_.size()) {
    replaced = chain_[version - 1];
    files.push_back(
        {CharterPaper::kEvidence, hash_of(*replaced), format_signed_charter(*replaced), clock_()});
  }
  const SignedCharter kept_text = text;  // `text` lies in what is changed now
  if (auto kept = store_.keep_charter_files(files); !kept) return kept;
  chain_.erase(chain_.begin() + static_cast<std::ptrdiff_t>(version - 1), chain_.end());
  chain_.push_back(kept_text);
  drafts_.clear();
  decisions_[version] = hash;
  conflicts_.erase(hash);
  if (replaced) conflicts_.emplace(hash_of(*replaced), *replaced);
  return ok();
}

Result<std::uint64_t> CharterBook::decide(std::string_view hash) {
  const std::lock_guard lock(mutex_);
  const auto version = chain_.empty() ? std::nullopt : version_of(hash);
  if (!version) {
    return Error{ErrorCode::kNotFound, "no such text of a charter is known here",
                 "charter.no-such-text"};
  }
  const bool adopted = *version <= chain_.size() && hash_of(chain_[*version - 1]) == hash;
  const auto conflict = conflicts_.find(std::string(hash));
  if (!adopted && conflict != conflicts_.end()) {
    if (auto swapped = swap_text(conflict->second); !swapped) return std::move(swapped).error();
    return *version;
  }
  const std::vector<CharterFile> files = {decision_file(*version, std::string(hash), clock_())};
  if (auto kept = store_.keep_charter_files(files); !kept) return std::move(kept).error();
  decisions_[*version] = hash;
  return *version;
}

}  // namespace dure::node
