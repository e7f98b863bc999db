// SPDX-License-Identifier: Apache-2.0
#include "app/charter_watch.h"

#include <algorithm>

namespace dure::node {
namespace {

/// Adds what the entries from `notices.read` to before `end` say.
Status read_on(LogReader& reader, LogId log, std::uint64_t end, const std::string& fingerprint,
               LogNotices& notices) {
  auto scanned =
      reader.scan(log, notices.read, end - notices.read,
                  [&](std::uint64_t index, std::string_view leaf, std::optional<BodyView> body) {
                    const auto notice = charter_notice_in(
                        index, leaf, body ? body->body : std::string_view(), fingerprint);
                    if (notice) note_in(notices, *notice);
                    return true;
                  });
  if (!scanned) return scanned;
  notices.read = end;
  return ok();
}

void tell_disputes(const NodeParts& node) {
  for (const CharterDispute& dispute : node.charter->disputes()) {
    for (const CharterText& text : dispute.texts) {
      std::string members = text.ours ? node.own.origin : "";
      for (const std::string& member : text.members) members += " " + member;
      node.log.error("charter.dispute", {{"version", std::to_string(dispute.version)},
                                         {"hash", text.hash},
                                         {"followed_by", members}});
    }
  }
}

Status read_log(NodeParts& node, const KnownLog& log, LogNotices notices) {
  LogReader& reader = node.store->reader();
  const auto stored = reader.stored(log.id);
  if (!stored) return stored.error();
  // What a forked log says after the parting, or a sealed one after its end, counts for nothing.
  const std::uint64_t end = std::min(*stored, node.forks->shown_until(log.origin));
  if (notices.read >= end) return ok();
  auto read = read_on(reader, log.id, end, node.charter->fingerprint(), notices);
  if (!read) return read;
  const auto news = node.charter->heard(log.origin, std::move(notices));
  if (!news) return news.error();
  if (*news) tell_disputes(node);
  return ok();
}

}  // namespace

void read_charter_notices(NodeParts& node) {
  const auto current = node.charter->current();
  const auto logs = node.store->reader().logs();
  if (!current || !logs || current->charter.members.size() < 2) return;
  auto notices = node.charter->notices();
  for (const CharterMember& member : current->charter.members) {
    const std::string origin = newest_origin(member);
    const auto log = std::find_if(logs->begin(), logs->end(), [&](const KnownLog& known) {
      return !known.own && known.origin == origin;
    });
    if (log == logs->end()) continue;
    if (auto read = read_log(node, *log, std::move(notices[origin])); !read)
      node.log.error("charter.log_not_read", error_fields(read.error()));
  }
}

}  // namespace dure::node
