// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_notices.h"

#include <algorithm>
#include <utility>

#include "dure/entry.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxNoticeBytes = 4096;

const JsonScalar* find_member(const FlatObject& object, std::string_view name) {
  const auto found = std::find_if(object.begin(), object.end(),
                                  [&](const auto& member) { return member.first == name; });
  return found == object.end() ? nullptr : &found->second;
}

std::string text_of(const FlatObject& object, std::string_view name) {
  const JsonScalar* value = find_member(object, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

std::uint64_t number_of(const FlatObject& object, std::string_view name) {
  const JsonScalar* value = find_member(object, name);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr || *number < 0 ? 0 : static_cast<std::uint64_t>(*number);
}

Error malformed() { return Error{ErrorCode::kMalformed, "not what a log said of the charter"}; }

/// Takes `text` up to `end` away from it; empty if there is no `end`.
std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return {};
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

Result<CharterNotice> take_notice(std::string_view& text) {
  const auto version = parse_decimal(take_until(text, ' '));
  const std::string_view hash = take_until(text, ' ');
  const auto index = parse_decimal(take_until(text, '\n'));
  if (!version || *version == 0 || !is_charter_hash(hash) || !index) return malformed();
  return CharterNotice{*version, std::string(hash), *index};
}

/// The body of an entry that says which charter counts; none if it is another entry.
std::optional<FlatObject> notice_object(std::string_view leaf, std::string_view body) {
  // Nearly every entry is something else.
  if (body.empty() || leaf.find(kCharterNoticeType) == std::string_view::npos) return std::nullopt;
  const auto parsed = parse_leaf(leaf);
  if (!parsed || parsed->type != kCharterNoticeType) return std::nullopt;
  auto object = parse_flat_json(body, kMaxNoticeBytes);
  return object ? std::optional(*std::move(object)) : std::nullopt;
}

/// By version and hash, who says so.
using Voices = std::map<std::uint64_t, std::map<std::string, CharterText>>;

void add_voices(const CharterHearing& hearing, const CharterMember& member, Voices& voices) {
  const auto log = hearing.logs->find(newest_origin(member));
  if (log == hearing.logs->end()) return;
  for (const auto& [version, notice] : log->second.newest) {
    const auto decided = hearing.decided->find(version);
    if (decided != hearing.decided->end() && decided->second != notice.hash) continue;
    CharterText& text = voices[version][notice.hash];
    text.hash = notice.hash;
    text.members.push_back(member.id);
  }
}

}  // namespace

bool is_charter_hash(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  return text.size() == kDigits && hex_decode(text).has_value();
}

std::string newest_origin(const CharterMember& member) {
  return member.id + "/" + std::to_string(member.logs.back().generation);
}

std::string format_charter_notice(std::string_view federation, std::string_view fingerprint,
                                  std::uint64_t version, std::string_view hash) {
  return canonical_json({{"federation", std::string(federation)},
                         {"fingerprint", std::string(fingerprint)},
                         {"sha256", std::string(hash)},
                         {"version", static_cast<std::int64_t>(version)}});
}

std::optional<CharterNotice> charter_notice_in(std::uint64_t index, std::string_view leaf,
                                               std::string_view body,
                                               std::string_view fingerprint) {
  const auto object = notice_object(leaf, body);
  if (!object || text_of(*object, "fingerprint") != fingerprint) return std::nullopt;
  CharterNotice notice{number_of(*object, "version"), text_of(*object, "sha256"), index};
  if (notice.version == 0 || !is_charter_hash(notice.hash)) return std::nullopt;
  return notice;
}

std::optional<std::string> federation_in(std::string_view leaf, std::string_view body) {
  const auto object = notice_object(leaf, body);
  if (!object) return std::nullopt;
  std::string fingerprint = text_of(*object, "fingerprint");
  return is_charter_hash(fingerprint) ? std::optional(std::move(fingerprint)) : std::nullopt;
}

void note_in(LogNotices& notices, const CharterNotice& notice) {
  const auto known = notices.newest.find(notice.version);
  if (known != notices.newest.end() && known->second.index > notice.index) return;
  notices.newest.insert_or_assign(notice.version, notice);
}

void thin_notices(LogNotices& notices, const std::vector<std::string>& chain) {
  auto& newest = notices.newest;
  for (auto at = newest.begin(); at != newest.end() && std::next(at) != newest.end();) {
    const bool agrees = at->first <= chain.size() && chain[at->first - 1] == at->second.hash;
    at = agrees ? newest.erase(at) : std::next(at);
  }
  while (newest.size() > kMaxNoticesPerLog) newest.erase(std::prev(newest.end()));
}

std::string format_log_notices(const LogNotices& notices) {
  std::string out = "read " + std::to_string(notices.read) + "\n";
  for (const auto& [version, notice] : notices.newest) {
    out += std::to_string(version) + " " + notice.hash + " " + std::to_string(notice.index) + "\n";
  }
  return out;
}

Result<LogNotices> parse_log_notices(std::string_view text) {
  constexpr std::string_view kRead = "read ";
  if (!text.starts_with(kRead)) return malformed();
  text.remove_prefix(kRead.size());
  LogNotices notices;
  const auto read = parse_decimal(take_until(text, '\n'));
  if (!read) return malformed();
  notices.read = *read;
  while (!text.empty()) {
    auto notice = take_notice(text);
    if (!notice) return std::move(notice).error();
    const bool in_order =
        notices.newest.empty() || notices.newest.rbegin()->first < notice->version;
    if (!in_order) return malformed();
    const std::uint64_t version = notice->version;
    notices.newest.emplace(version, *std::move(notice));
  }
  return notices;
}

std::vector<CharterDispute> find_disputes(const CharterHearing& hearing) {
  Voices voices;
  for (const CharterMember& member : hearing.charter->members) {
    if (member.status == MemberStatus::kMember) add_voices(hearing, member, voices);
  }
  std::vector<CharterDispute> disputes;
  for (auto& [version, texts] : voices) {
    if (version <= hearing.chain->size()) {
      CharterText& ours = texts[(*hearing.chain)[version - 1]];
      ours.hash = (*hearing.chain)[version - 1];
      ours.ours = true;
    }
    if (texts.size() < 2) continue;
    CharterDispute dispute{version, {}};
    for (auto& [hash, text] : texts) dispute.texts.push_back(std::move(text));
    std::stable_partition(dispute.texts.begin(), dispute.texts.end(),
                          [](const CharterText& text) { return text.ours; });
    disputes.push_back(std::move(dispute));
  }
  return disputes;
}

}  // namespace dure::node
