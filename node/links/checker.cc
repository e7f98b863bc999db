// SPDX-License-Identifier: Apache-2.0
#include "links/checker.h"

#include <algorithm>

#include "links/entry_links.h"

namespace dure::node {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kBatch = 200;      // entries kept in one commit
constexpr std::size_t kDue = 200;        // looked through for a host that may be asked
constexpr std::size_t kHosts = 1000;     // remembered before old ones are forgotten
constexpr std::int64_t kLook = 30;       // how often the own log is looked at
constexpr std::int64_t kNotYetSeen = 2;  // until what was published can be seen
constexpr std::int64_t kAfterFailure = 60;

bool is_settled(const Status& done) {
  return done || done.error().code == ErrorCode::kGone || done.error().code == ErrorCode::kNotFound;
}

}  // namespace

std::chrono::seconds LinkChecker::step(const std::stop_token& stop) {
  auto wait = try_step(stop);
  const std::lock_guard lock(mutex_);
  standing_ = notices_.size();
  last_error_.reset();
  if (wait) return *wait;
  last_error_ = std::move(wait).error();
  return seconds(kAfterFailure);
}

Result<seconds> LinkChecker::try_step(const std::stop_token& stop) {
  const auto version = ports_.version();
  if (!version) return version.error();
  if (!*version) return seconds(kNotYetSeen);
  if (read_version_ != *version) {
    if (auto read = read_entries(**version); !read) return std::move(read).error();
    read_version_ = *version;
    unsettled_ = true;
  }
  if (unsettled_) {
    if (auto settled = settle(); !settled) return std::move(settled).error();
    unsettled_ = false;
    return seconds(0);
  }
  const std::int64_t now = ports_.now();
  std::int64_t rest = kLook;
  auto next = next_to_ask(now, rest);
  if (!next) return std::move(next).error();
  if (!*next) return seconds(rest);
  if (auto asked = ask(**next, stop); !asked) return std::move(asked).error();
  return seconds(0);
}

Status LinkChecker::read_entries(std::uint64_t pass) {
  std::vector<DeadNotice> notices;
  std::vector<EntryLinks> batch;
  auto read = ports_.own_entries([&](const OwnEntry& entry) -> Status {
    if (entry.type == "notice") {
      if (auto notice = read_dead_notice(ports_.origin, entry.id, entry.body)) {
        notices.push_back(*std::move(notice));
        return ok();  // what it says is dead is not asked for its own sake
      }
    }
    auto urls = links_in(entry.body);
    if (!urls.empty()) batch.push_back({entry.id, std::move(urls)});
    if (batch.size() < kBatch) return ok();
    auto kept = ports_.book->keep(pass, batch);
    batch.clear();
    return kept;
  });
  if (!read) return read;
  if (auto kept = ports_.book->keep(pass, batch); !kept) return kept;
  if (auto forgotten = ports_.book->forget_but(pass); !forgotten) return forgotten;
  notices_ = std::move(notices);
  return ok();
}

Status LinkChecker::settle() {
  const auto dead = ports_.book->dead();
  if (!dead) return dead.error();
  std::map<std::string, std::vector<KnownLink>> wanted;
  for (const DeadLink& link : *dead) wanted[link.id].push_back(link.state);
  std::map<std::string, Notices> standing;
  for (const DeadNotice& notice : notices_) standing[notice.entry].push_back(&notice);
  for (const auto& [entry, states] : wanted) {
    if (auto settled = settle_entry(entry, states, standing[entry]); !settled) return settled;
    standing.erase(entry);
  }
  for (const auto& [entry, notices] : standing) {
    if (auto ended = end_those_over(notices); !ended) return ended;
  }
  return ok();
}

Status LinkChecker::settle_entry(const std::string& entry, const std::vector<KnownLink>& dead,
                                 const Notices& standing) {
  const auto entry_body = ports_.body_of(entry);
  if (!entry_body) return is_settled(entry_body.error()) ? ok() : Status(entry_body.error());
  const auto body = dead_notice(ports_.origin, entry, *entry_body, dead);
  if (!body) return ok();
  if (standing.empty() || standing.front()->body != *body) {
    std::optional<std::string> id;
    if (!standing.empty()) id = standing.front()->id;
    // Kept or not: what stands there is read again before anything else is published.
    read_version_.reset();
    if (auto published = ports_.publish(id, *body); !published) return published;
  }
  // One is enough: the others came from a node that was copied.
  return standing.size() < 2 ? ok() : give_up(Notices(standing.begin() + 1, standing.end()));
}

Status LinkChecker::end_those_over(const Notices& notices) {
  for (const DeadNotice* notice : notices) {
    const auto over = is_over(*notice);
    if (!over) return over.error();
    if (!*over) continue;
    if (auto done = give_up({notice}); !done) return done;
  }
  return ok();
}

/// Whether all that a notice found dead answers again, or is gone from the entry. What was not
/// asked since then, because the memory of it was lost, is no reason.
Result<bool> LinkChecker::is_over(const DeadNotice& notice) {
  for (const std::string& url : notice.urls) {
    const auto stands = ports_.book->stands_in(notice.entry, url);
    if (!stands) return stands.error();
    if (!*stands) continue;
    const auto state = ports_.book->find(url);
    if (!state) return state.error();
    if (!*state || (*state)->checked_at == 0 || (*state)->failures != 0 ||
        (*state)->finding == LinkFinding::kRefused || (*state)->finding == LinkFinding::kSilent)
      return false;
  }
  return true;
}

Status LinkChecker::give_up(const Notices& notices) {
  for (const DeadNotice* notice : notices) {
    read_version_.reset();
    auto withdrawn = ports_.withdraw(notice->id);
    if (!is_settled(withdrawn)) return withdrawn;
  }
  return ok();
}

Result<std::optional<KnownLink>> LinkChecker::next_to_ask(std::int64_t now, std::int64_t& rest) {
  auto due = ports_.book->due(now, kDue);
  if (!due) return std::move(due).error();
  for (KnownLink& state : *due) {
    if (may_ask(host_of_link(state.url), now, rest)) return std::optional(std::move(state));
  }
  if (!due->empty()) return std::optional<KnownLink>();
  const auto next = ports_.book->next_due();
  if (!next) return next.error();
  if (*next) rest = std::clamp(**next - now, std::int64_t{1}, rest);
  return std::optional<KnownLink>();
}

bool LinkChecker::may_ask(const std::string& host, std::int64_t now, std::int64_t& rest) {
  const auto found = asked_at_.find(host);
  // A clock that was put back must not silence a host for good.
  if (found == asked_at_.end() || now - found->second >= options_.pause || now < found->second)
    return true;
  rest = std::min(rest, options_.pause - (now - found->second));
  return false;
}

Status LinkChecker::ask(const KnownLink& before, const std::stop_token& stop) {
  const LinkAnswer answer = ports_.ask(before.url, stop);
  if (stop.stop_requested()) return ok();  // it was not heard to the end
  const std::int64_t now = ports_.now();
  if (answer.finding != LinkFinding::kRefused) asked_at_[host_of_link(before.url)] = now;
  if (asked_at_.size() > kHosts) {
    std::erase_if(asked_at_, [&](const auto& one) { return now - one.second >= options_.pause; });
  }
  if (answer.status != 0) heard_at_ = now;
  const bool heard = heard_at_ != 0 && now - heard_at_ <= kDay;
  const KnownLink after = after_answer(before, answer, now, heard, options_.rules);
  auto recorded = ports_.book->record(after);
  if (!recorded && recorded.error().code != ErrorCode::kNotFound) {
    unsettled_ = true;  // it may have been kept
    return recorded;
  }
  // Without a dead link in the book, too, a notice may stand that ends with this answer.
  const bool news =
      before.checked_at == 0 || before.failures != 0 || before.finding != after.finding;
  if (news && (after.failures == 0 || (after.dead_since == 0) != (before.dead_since == 0)))
    unsettled_ = true;
  return ok();
}

Result<CheckerReport> LinkChecker::report() const {
  const auto counts = ports_.book->counts();
  if (!counts) return counts.error();
  const std::lock_guard lock(mutex_);
  return CheckerReport{*counts, standing_, last_error_};
}

}  // namespace dure::node
