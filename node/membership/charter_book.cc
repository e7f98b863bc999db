// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_book.h"

#include <algorithm>
#include <utility>

#include "membership/charter_drafts.h"
#include "membership/charter_logs.h"
#include "membership/key_changes.h"

namespace dure::node {
namespace {

/// The chain of `notes`, each a successor of the one before.
Result<std::vector<SignedCharter>> verify_chain(const std::vector<std::string>& notes,
                                                std::string_view fingerprint) {
  std::vector<SignedCharter> chain;
  for (const std::string& note : notes) {
    auto charter = parse_signed_charter(note);
    if (!charter) return std::move(charter).error();
    if (chain.empty()) {
      if (auto sound = verify_founding(*charter); !sound) return std::move(sound).error();
    } else if (auto follows = verify_succession(chain.back(), *charter); !follows) {
      return std::move(follows).error();
    }
    chain.push_back(*std::move(charter));
  }
  if (!chain.empty() && hash_of(chain.front()) == fingerprint) return chain;
  return Error{ErrorCode::kInvalid, "another federation than the one that was confirmed",
               "charter.other-federation"};
}

void add_keys(std::vector<VerifierKey>& keys, const std::vector<VerifierKey>& more) {
  for (const VerifierKey& key : more) {
    if (std::none_of(keys.begin(), keys.end(),
                     [&](const VerifierKey& known) { return known.format() == key.format(); }))
      keys.push_back(key);
  }
}

/// Those whose signatures a draft keeps: who decides about it, and who wishes it.
std::vector<VerifierKey> keys_under(const SignedCharter& current, const Charter& draft) {
  auto keys = signers_between(current.charter, draft);
  if (const auto change = key_change_between(current, draft)) add_keys(keys, wishers(*change));
  return keys;
}

bool is_asked_for(const SignedCharter& current, const SignedCharter& draft) {
  const auto change = key_change_between(current, draft.charter);
  if (change && is_wish(*change, draft.note)) return true;
  return only_takes_in(current, draft.charter) || only_continues(current, draft.charter);
}

}  // namespace

Result<std::unique_ptr<CharterBook>> CharterBook::open(CharterStore& store, Clock clock) {
  std::unique_ptr<CharterBook> book(new CharterBook(store, std::move(clock)));
  auto files = store.charter_files();
  if (!files) return std::move(files).error();
  std::sort(files->begin(), files->end(), [](const CharterFile& a, const CharterFile& b) {
    return a.paper != b.paper ? a.paper < b.paper : a.key < b.key;
  });
  for (const CharterFile& file : *files) {
    if (auto loaded = book->load(file); !loaded) return std::move(loaded).error();
  }
  return book;
}

Status CharterBook::load(const CharterFile& file) {
  if (file.paper == CharterPaper::kJoining) {
    const std::size_t space = file.text.rfind(' ');
    if (space != std::string::npos)
      joining_ = Joining{file.text.substr(0, space), file.text.substr(space + 1)};
    return ok();
  }
  if (file.paper == CharterPaper::kNotices) {
    // What cannot be read is read again from the log itself.
    if (auto notices = parse_log_notices(file.text)) {
      kept_read_[file.key] = notices->read;
      notices_.emplace(file.key, *std::move(notices));
    }
    return ok();
  }
  if (file.paper == CharterPaper::kDecision) {
    if (const auto version = parse_decimal(file.text.substr(0, file.text.find(' '))))
      decisions_.emplace(*version, file.text.substr(file.text.find(' ') + 1));
    return ok();
  }
  return load_charter(file);
}

Status CharterBook::load_charter(const CharterFile& file) {
  auto charter = parse_signed_charter(file.text);
  if (!charter) return std::move(charter).error();
  switch (file.paper) {
    case CharterPaper::kVersion:
      chain_.push_back(*std::move(charter));
      break;
    case CharterPaper::kDraft:
      drafts_.emplace(file.key, Draft{*std::move(charter), file.since});
      break;
    case CharterPaper::kEvidence:
      conflicts_.emplace(file.key, *std::move(charter));
      break;
    case CharterPaper::kJoining:
    case CharterPaper::kNotices:
    case CharterPaper::kDecision:
      break;
  }
  return ok();
}

std::optional<SignedCharter> CharterBook::current() const {
  const std::lock_guard lock(mutex_);
  if (chain_.empty()) return std::nullopt;
  return chain_.back();
}

std::optional<CharterMember> CharterBook::member(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  if (chain_.empty()) return std::nullopt;
  for (const CharterMember& member : chain_.back().charter.members) {
    if (member.id == id) return member;
  }
  return std::nullopt;
}

std::string CharterBook::fingerprint() const {
  const std::lock_guard lock(mutex_);
  return chain_.empty() ? std::string() : hash_of(chain_.front());
}

std::uint64_t CharterBook::size() const {
  const std::lock_guard lock(mutex_);
  return chain_.size();
}

std::string CharterBook::hash(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return number == 0 || number > chain_.size() ? std::string() : hash_of(chain_[number - 1]);
}

std::set<std::string> CharterBook::former_members() const {
  std::set<std::string> ids;
  const std::lock_guard lock(mutex_);
  for (const SignedCharter& charter : chain_) {
    for (const CharterMember& member : charter.charter.members) ids.insert(member.id);
  }
  if (chain_.empty()) return ids;
  for (const CharterMember& member : chain_.back().charter.members) ids.erase(member.id);
  return ids;
}

std::vector<VerifierKey> CharterBook::keys_ever(std::string_view origin) const {
  std::vector<VerifierKey> keys;
  const std::lock_guard lock(mutex_);
  for (const SignedCharter& charter : chain_) add_keys(keys, log_keys_of(charter.charter, origin));
  return keys;
}

std::vector<VerifierKey> CharterBook::request_keys_ever(std::string_view id) const {
  std::vector<VerifierKey> keys;
  const std::lock_guard lock(mutex_);
  for (const SignedCharter& charter : chain_) {
    for (const CharterMember& member : charter.charter.members) {
      if (member.id == id && member.request) add_keys(keys, {*member.request});
    }
  }
  return keys;
}

Result<std::string> CharterBook::version(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  if (number == 0 || number > chain_.size()) {
    return Error{ErrorCode::kNotFound, "no version " + std::to_string(number) + " of the charter",
                 "charter.no-version"};
  }
  return format_signed_charter(chain_[number - 1]);
}

std::vector<CharterDraft> CharterBook::drafts() const {
  const std::lock_guard lock(mutex_);
  std::vector<CharterDraft> views;
  for (const auto& entry : drafts_) {
    const std::string& hash = entry.first;
    const Draft& draft = entry.second;
    const Charter& current = chain_.back().charter;
    CharterDraft view{draft.charter, hash, draft.since, 0, {}, counts_from(draft)};
    view.have = signers_of(draft.charter.note, current.stewards).size();
    auto wanted = signers_between(current, draft.charter.charter);
    std::erase_if(wanted, [&](const VerifierKey& key) {
      const auto is_key = [&](const VerifierKey& other) { return other.format() == key.format(); };
      return std::any_of(current.recovery.begin(), current.recovery.end(), is_key) ||
             !signers_of(draft.charter.note, {&key, 1}).empty();
    });
    for (const VerifierKey& key : wanted) view.missing.push_back(key.name());
    views.push_back(std::move(view));
  }
  return views;
}

Result<CharterDraft> CharterBook::draft(std::string_view hash) const {
  for (CharterDraft& draft : drafts()) {
    if (draft.hash == hash) return std::move(draft);
  }
  return Error{ErrorCode::kNotFound, "no such draft", "charter.no-draft"};
}

std::vector<SignedCharter> CharterBook::conflicts() const {
  const std::lock_guard lock(mutex_);
  std::vector<SignedCharter> all;
  for (const auto& [hash, charter] : conflicts_) {
    if (is_open(charter)) all.push_back(charter);
  }
  return all;
}

Status CharterBook::found(const SignedCharter& founding) {
  if (auto sound = verify_founding(founding); !sound) return sound;
  const std::lock_guard lock(mutex_);
  if (!chain_.empty())
    return Error{ErrorCode::kConflict, "there is a charter already", "charter.exists"};
  const std::vector<CharterFile> files = {version_file(founding, clock_())};
  if (auto kept = store_.keep_charter_files(files); !kept) return kept;
  chain_.push_back(founding);
  return ok();
}

Result<Offered> CharterBook::offer(std::string_view note) {
  auto offered = parse_signed_charter(note);
  if (!offered) return std::move(offered).error();
  const std::lock_guard lock(mutex_);
  if (chain_.empty() || offered->charter.federation != chain_.back().charter.federation) {
    return Error{ErrorCode::kInvalid,
                 "a charter of another federation: " + offered->charter.federation,
                 "charter.other-federation"};
  }
  const std::uint64_t next = chain_.size() + 1;
  if (offered->charter.version > next) {
    return Error{ErrorCode::kUnavailable,
                 "version " + std::to_string(next) + " comes first",
                 "charter.gap",
                 {{"version", std::to_string(next)}}};
  }
  return offered->charter.version == next ? offer_next(*offered) : offer_old(*offered);
}

/// Another text of a version that is already adopted: evidence, if it could have been adopted.
Result<Offered> CharterBook::offer_old(const SignedCharter& offered) {
  const std::uint64_t number = offered.charter.version;
  const SignedCharter& ours = chain_[number - 1];
  if (offered.note.text == ours.note.text) return Offered::kKnown;
  const bool valid = number == 1 ? verify_founding(offered).has_value()
                                 : verify_succession(chain_[number - 2], offered).has_value();
  if (!valid || number == 1) {
    return Error{ErrorCode::kConflict, "not the text of version " + std::to_string(number),
                 "charter.other-previous"};
  }
  const std::string hash = hash_of(offered);
  if (conflicts_.count(hash) != 0) return Offered::kKnown;
  const std::vector<CharterFile> files = {
      {CharterPaper::kEvidence, hash, format_signed_charter(offered), clock_()}};
  if (auto kept = store_.keep_charter_files(files); !kept) return std::move(kept).error();
  conflicts_.emplace(hash, offered);
  return Offered::kConflict;
}

Result<Offered> CharterBook::offer_next(const SignedCharter& offered) {
  if (auto open = check_decided(offered); !open) return std::move(open).error();
  const auto fits = verify_succession(chain_.back(), offered);
  const bool unsigned_yet = !fits && fits.error().text == "charter.signatures-missing";
  if (!fits && !unsigned_yet) return fits.error();
  auto kept = keep_draft(offered);
  if (!kept) return kept;
  auto adopted = adopt_if_due(hash_of(offered));
  if (!adopted) return std::move(adopted).error();
  return *adopted ? Offered::kAdopted : *kept;
}

Result<Offered> CharterBook::keep_draft(const SignedCharter& offered) {
  const std::string hash = hash_of(offered);
  const auto keys = keys_under(chain_.back(), offered.charter);
  const auto found = drafts_.find(hash);
  Draft draft{{offered.charter, {offered.note.text, {}}}, clock_()};
  if (found != drafts_.end()) draft = found->second;
  const bool gained = merge_signatures(draft.charter, offered, keys);
  if (found != drafts_.end() && !gained) return Offered::kKnown;
  if (found == drafts_.end()) {
    if (auto room = check_room(draft.charter); !room) return std::move(room).error();
  }
  const std::vector<CharterFile> files = {
      {CharterPaper::kDraft, hash, format_signed_charter(draft.charter), draft.since}};
  if (auto stored = store_.keep_charter_files(files); !stored) return std::move(stored).error();
  drafts_.insert_or_assign(hash, std::move(draft));
  return Offered::kDraft;
}

Status CharterBook::check_room(const SignedCharter& draft) const {
  const Charter& current = chain_.back().charter;
  const auto is_unsigned = [&](const SignedCharter& charter) {
    return signers_of(charter.note, signers_between(current, charter.charter)).empty();
  };
  const auto waiting = std::count_if(drafts_.begin(), drafts_.end(), [&](const auto& other) {
    return is_unsigned(other.second.charter);
  });
  if (is_unsigned(draft) && !is_asked_for(chain_.back(), draft))
    return Error{ErrorCode::kRefused, "no steward has signed this draft", "charter.unsigned"};
  const bool crowded =
      is_unsigned(draft) && static_cast<std::size_t>(waiting) >= kMaxUnsignedDrafts;
  if (!crowded && drafts_.size() < kMaxDrafts) return ok();
  return Error{ErrorCode::kUnavailable, "too many drafts are waiting", "charter.too-many-drafts"};
}

/// When a fully signed draft counts; 0 if it is not fully signed.
std::int64_t CharterBook::counts_from(const Draft& draft) const {
  const auto succession = verify_succession(chain_.back(), draft.charter);
  if (!succession) return 0;
  const std::int64_t begins = draft.charter.charter.not_before;
  if (*succession == Succession::kOrdinary) return std::max<std::int64_t>(begins, 1);
  return std::max(begins, draft.since + kRecoveryDelay);
}

Result<bool> CharterBook::adopt_if_due(const std::string& hash) {
  const auto found = drafts_.find(hash);
  if (found == drafts_.end() || !check_decided(found->second.charter)) return false;
  const std::int64_t due = counts_from(found->second);
  if (due == 0 || due > clock_()) return false;
  if (auto adopted = adopt(found->second); !adopted) return std::move(adopted).error();
  return true;
}

/// Stored before it is acted upon. Drafts for the same place have lost.
Status CharterBook::adopt(const Draft& draft) {
  std::vector<CharterFile> files = {version_file(draft.charter, clock_())};
  for (const auto& [hash, other] : drafts_) files.push_back({CharterPaper::kDraft, hash, "", 0});
  if (auto kept = store_.keep_charter_files(files); !kept) return kept;
  chain_.push_back(draft.charter);
  drafts_.clear();
  return ok();
}

Result<bool> CharterBook::settle() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> hashes;
  for (const auto& [hash, draft] : drafts_) hashes.push_back(hash);
  for (const std::string& hash : hashes) {
    auto adopted = adopt_if_due(hash);
    if (!adopted || *adopted) return adopted;
  }
  return false;
}

Status CharterBook::move_to(const std::vector<std::string>& notes, std::string_view fingerprint) {
  auto verified = verify_chain(notes, fingerprint);
  if (!verified) return std::move(verified).error();
  std::vector<SignedCharter>& chain = *verified;
  const std::lock_guard lock(mutex_);
  if (!chain_.empty() && chain_.back().charter.members.size() > 1) {
    return Error{ErrorCode::kRefused, "this node belongs to a federation already",
                 "charter.member-already"};
  }
  std::vector<CharterFile> files;
  for (const SignedCharter& charter : chain_)
    files.push_back({CharterPaper::kVersion, version_key(charter.charter.version), "", 0});
  for (const auto& [hash, draft] : drafts_) files.push_back({CharterPaper::kDraft, hash, "", 0});
  for (const SignedCharter& charter : chain) files.push_back(version_file(charter, clock_()));
  files.push_back({CharterPaper::kJoining, "", "", 0});
  for (const auto& [origin, notices] : notices_)
    files.push_back({CharterPaper::kNotices, origin, "", 0});  // they were about the other one
  if (auto kept = store_.keep_charter_files(files); !kept) return kept;
  chain_ = std::move(chain);
  drafts_.clear();
  notices_.clear();
  kept_read_.clear();
  joining_.reset();
  return ok();
}

std::optional<CharterBook::Joining> CharterBook::joining() const {
  const std::lock_guard lock(mutex_);
  return joining_;
}

Status CharterBook::set_joining(const std::optional<Joining>& joining) {
  const std::lock_guard lock(mutex_);
  const std::string text = joining ? joining->url + " " + joining->fingerprint : "";
  const std::vector<CharterFile> files = {{CharterPaper::kJoining, "", text, clock_()}};
  if (auto kept = store_.keep_charter_files(files); !kept) return kept;
  joining_ = joining;
  return ok();
}

}  // namespace dure::node
