// SPDX-License-Identifier: Apache-2.0
// What members' logs say about the charter that counts there: entries of type `charter-adopted`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/charter.h"

namespace dure::node {

inline constexpr std::string_view kCharterNoticeType = "charter-adopted";
inline constexpr std::size_t kMaxNoticesPerLog = 256;

/// Whether this is how a charter's text is named: lower-case hex SHA-256.
bool is_charter_hash(std::string_view text);

/// One log says: in my node this text of this version counts.
struct CharterNotice {
  std::uint64_t version = 0;
  std::string hash;         // hex SHA-256 of the text
  std::uint64_t index = 0;  // of the entry: with the log it is the evidence
  bool operator==(const CharterNotice&) const = default;
};

/// The body of such an entry. Spec: PROTOCOL.md §22.1.
std::string format_charter_notice(std::string_view federation, std::string_view fingerprint,
                                  std::uint64_t version, std::string_view hash);
/// What the entry at `index` says of the federation with this fingerprint; none if it is another
/// entry, has no body, or is about another federation.
std::optional<CharterNotice> charter_notice_in(std::uint64_t index, std::string_view leaf,
                                               std::string_view body, std::string_view fingerprint);

/// Of which federation such an entry speaks: its fingerprint; none if it is another entry.
std::optional<std::string> federation_in(std::string_view leaf, std::string_view body);

/// How far one log was read, and what it said that is worth remembering.
struct LogNotices {
  std::uint64_t read = 0;                         // entries
  std::map<std::uint64_t, CharterNotice> newest;  // by version: the latest word of it
  bool operator==(const LogNotices&) const = default;
};
/// Later entries replace earlier ones about the same version.
void note_in(LogNotices& notices, const CharterNotice& notice);
/// Forgets what agrees with `chain` (hashes of versions 1, 2, …) but for the newest, then what is
/// over the bound: the versions that are furthest ahead.
void thin_notices(LogNotices& notices, const std::vector<std::string>& chain);
std::string format_log_notices(const LogNotices& notices);
/// Accepts only what format_log_notices makes. Errors: kMalformed.
Result<LogNotices> parse_log_notices(std::string_view text);

/// Who follows one text of a version.
struct CharterText {
  std::string hash;
  bool ours = false;                 // adopted here
  std::vector<std::string> members;  // ids of those whose logs say so
};
/// Two texts of one version that count in different places.
struct CharterDispute {
  std::uint64_t version = 0;
  std::vector<CharterText> texts;
};

/// What is compared to find disputes.
struct CharterHearing {
  const Charter* charter = nullptr;  // whose members' newest logs count; observers' do not
  const std::vector<std::string>* chain = nullptr;          // hashes of versions 1, 2, … here
  const std::map<std::string, LogNotices>* logs = nullptr;  // by origin
  const std::map<std::uint64_t, std::string>* decided =
      nullptr;  // by people: only this text counts
};
/// By version; texts by hash, ours first.
std::vector<CharterDispute> find_disputes(const CharterHearing& hearing);

/// The origin of a member's newest log.
std::string newest_origin(const CharterMember& member);

}  // namespace dure::node
