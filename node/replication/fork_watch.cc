// SPDX-License-Identifier: Apache-2.0
// Judging heads and keeping evidence; fork_exchange.cc talks about it with peers.
#include "replication/fork_watch.h"

#include <algorithm>
#include <utility>

#include "replication/fork_search.h"
#include "replication/head_choice.h"

namespace dure::node {
namespace {

/// What a proof that was verified before says; no keys are needed to read it again.
Fork described(const ForkProof& proof) {
  Fork fork;
  fork.heads = {proof.heads[0].checkpoint, proof.heads[1].checkpoint};
  fork.origin = fork.heads[0].origin;
  fork.parted = fork.heads[0].size;
  if (!proof.node) return fork;
  fork.agreed = proof.node->index << proof.node->level;
  fork.parted = (proof.node->index + 1) << proof.node->level;
  return fork;
}

bool same_tree(const Checkpoint& a, const Checkpoint& b) {
  return a.size == b.size && a.root == b.root;
}

bool is_among(const std::vector<SeenHead>& heads, const Checkpoint& tree) {
  return std::any_of(heads.begin(), heads.end(),
                     [&](const SeenHead& head) { return same_tree(head.checkpoint, tree); });
}

std::uint64_t width(const Fork& fork) { return fork.parted - fork.agreed; }

bool same_heads(const Fork& a, const Fork& b) {
  return same_tree(a.heads[0], b.heads[0]) && same_tree(a.heads[1], b.heads[1]);
}

}  // namespace

ForkWatch::ForkWatch(EvidenceStore& store, LogReader& reader, OpenSource open,
                     ForkWatchOptions options)
    : store_(store), reader_(reader), open_(std::move(open)), options_(std::move(options)) {}

Result<std::unique_ptr<ForkWatch>> ForkWatch::open(EvidenceStore& store, LogReader& reader,
                                                   OpenSource open, ForkWatchOptions options) {
  std::unique_ptr<ForkWatch> watch(
      new ForkWatch(store, reader, std::move(open), std::move(options)));
  if (auto read = watch->reload(); !read) return std::move(read).error();
  return watch;
}

Status ForkWatch::reload() {
  auto kept = store_.forks();
  if (!kept) return std::move(kept).error();
  auto suspicions = store_.suspicions();
  if (!suspicions) return std::move(suspicions).error();
  std::map<std::string, Known, std::less<>> forks;
  for (KeptFork& fork : *kept) {
    const auto proof = parse_fork_proof(fork.file);
    if (!proof)
      return Error{ErrorCode::kStorage, "a stored fork proof cannot be read: " + fork.name};
    const std::string name = fork.name;
    forks.emplace(name, Known{std::move(fork), described(*proof), proof->node.has_value()});
  }
  const std::lock_guard lock(mutex_);
  forks_ = std::move(forks);
  suspicions_.clear();
  for (Suspicion& suspicion : *suspicions) {
    const std::string origin = suspicion.origin;
    suspicions_.emplace(origin, std::move(suspicion));
  }
  return ok();
}

/// A write that failed may have happened all the same: what counts is what is there now.
Status ForkWatch::written(const Status& outcome) {
  auto read = reload();
  say_error(outcome ? read : outcome);
  return outcome ? read : outcome;
}

void ForkWatch::say_error(const Status& status) const {
  if (!status && options_.on_error) options_.on_error(status.error());
}

ForkWatch::Judgement ForkWatch::judge(const Checkpoint& head,
                                      const std::vector<SeenHead>& known) const {
  for (const SeenHead& other : known) {
    const bool clash = other.checkpoint.size == head.size && other.checkpoint.root != head.root;
    if (clash) return {Standing::kContradicts, other.note};
  }
  const auto log = reader_.log_by_origin(head.origin);
  if (!log) return {};
  const auto stored = reader_.stored(log->id);
  if (!stored || head.size > *stored) return {};
  const auto root = stored_root(reader_, log->id, head.size);
  if (!root) return {};
  if (*root == head.root) return {Standing::kFits, {}};
  const auto ours = reader_.head(log->id);
  return {Standing::kContradicts, ours ? *ours : std::string()};
}

void ForkWatch::keep(const std::vector<SeenHead>& heads) {
  if (!heads.empty()) say_error(store_.keep(heads));
}

void ForkWatch::suspect(const std::string& origin, const std::string& known,
                        const std::string& offered, const std::string& url) {
  {
    const std::lock_guard lock(mutex_);
    if (suspicions_.count(origin) != 0) return;
  }
  (void)written(store_.suspect({origin, known, offered, url, options_.unix_seconds()}));
}

/// Gives `head` its standing; the first contradiction goes into `found`.
void ForkWatch::weigh(SeenHead& head, const std::vector<SeenHead>& known,
                      std::optional<Contradiction>& found) const {
  const auto judgement = judge(head.checkpoint, known);
  head.standing = judgement.standing;
  if (found && found->offered == head.note) head.standing = Standing::kContradicts;
  if (head.standing == Standing::kContradicts && !found)
    found = Contradiction{judgement.against, head.note, head.shown_by};
}

void ForkWatch::pulled(const PullJob& job, const PullReport& report) {
  if (report.heads.empty() && !report.contradiction) return;
  const std::string& origin = job.log.origin;
  const auto known = store_.heads(origin);
  if (!known) return say_error(known.error());
  std::vector<SeenHead> heads;
  // What could not be compared when it was seen may be by now.
  std::copy_if(known->begin(), known->end(), std::back_inserter(heads),
               [](const SeenHead& head) { return head.standing == Standing::kOpen; });
  for (const VerifiedHead& head : report.heads) {
    if (!is_among(*known, head.checkpoint))
      heads.push_back({head.checkpoint, head.note, head.url, options_.unix_seconds()});
  }
  std::vector<SeenHead> changed;
  std::optional<Contradiction> found = report.contradiction;
  for (SeenHead& head : heads) {
    const Standing before = head.standing;
    weigh(head, *known, found);
    if (head.standing != before || !is_among(*known, head.checkpoint))
      changed.push_back(std::move(head));
  }
  keep(changed);
  // Of a sealed log it is decided which history counts; there is nothing to suspect.
  if (!found || job.end) return;
  suspect(origin, found->known, found->offered, found->url);
  if (const auto suspicion = due(origin)) prove(*suspicion, job.locations);
}

void ForkWatch::saw(const std::string& note, std::string_view origin, const std::string& url) {
  const auto keys = options_.keys(origin);
  const auto head = open_checkpoint(note, origin, keys);
  if (!head) return;  // anybody can make up a head
  const bool own = origin == options_.own_origin;
  auto known = store_.heads(origin);
  if (!known) return say_error(known.error());
  const auto judgement = judge(head->checkpoint, *known);
  // Our own heads come back from every peer all the time.
  if (own && judgement.standing == Standing::kFits) return;
  const bool is_new = !is_among(*known, head->checkpoint);
  if (is_new) keep({{head->checkpoint, note, url, options_.unix_seconds(), judgement.standing}});
  const bool contradicts = judgement.standing == Standing::kContradicts;
  if (contradicts && !end_of(origin)) suspect(std::string(origin), judgement.against, note, url);
  if (own && options_.on_twin)
    options_.on_twin(contradicts ? Twin::kDiffers : Twin::kAhead, note, url);
}

const ForkWatch::Known* ForkWatch::later_of(const Known* a, const Known* b) {
  return a == nullptr || b->fork.agreed > a->fork.agreed ? b : a;
}

/// The name of the proof to drop for a new one (empty: none); nothing if the new one is not worth
/// it.
std::optional<std::string> ForkWatch::make_room(const Fork& fork, bool placed) const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  const Known* latest = nullptr;
  bool earliest = true;
  for (const auto& [name, known] : forks_) {
    if (known.fork.origin != fork.origin) continue;
    if (same_heads(known.fork, fork)) {
      const bool better = placed && (!known.placed || width(fork) < width(known.fork));
      return better ? std::optional(name) : std::nullopt;
    }
    ++count;
    earliest = earliest && fork.agreed < known.fork.agreed;
    latest = later_of(latest, &known);
  }
  if (count < kMaxForksPerLog) return std::string();
  return earliest ? std::optional(latest->kept.name) : std::nullopt;
}

/// Nothing if no proof against the log is known; else the decision about an earlier or the same
/// parting, empty if there is none.
std::optional<std::string> ForkWatch::settled_before(const Fork& fork) const {
  std::optional<std::string> decision;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, known] : forks_) {
    if (known.fork.origin != fork.origin) continue;
    if (!decision) decision = std::string();
    if (known.fork.agreed <= fork.agreed && !known.kept.decision.empty())
      decision = known.kept.decision;
  }
  return decision;
}

/// `proof` may come from anywhere: it is verified first.
Result<bool> ForkWatch::adopt(const ForkProof& proof, const std::string& url) {
  const std::string& origin = proof.heads[0].checkpoint.origin;
  const auto fork = verify_fork(proof, options_.keys(origin));
  if (!fork) return fork.error();
  const std::lock_guard one_at_a_time(adopt_mutex_);
  const std::string file = format_fork_proof(proof);
  KeptFork kept{fork_name(file), origin, file, options_.unix_seconds(), {}};
  const auto room = make_room(*fork, proof.node.has_value());
  if (!room) return false;
  std::vector<SeenHead> heads;
  for (const SignedCheckpoint& head : proof.heads) {
    const auto judgement = judge(head.checkpoint, {});
    heads.push_back(
        {head.checkpoint, format_note(head.note), url, kept.since,
         judgement.standing == Standing::kFits ? Standing::kFits : Standing::kContradicts});
  }
  keep(heads);
  // Peers prove one parting with many pairs of heads. Only the first is news; what an operator or
  // a charter has decided about it stays decided.
  const auto before = settled_before(*fork);
  if (!before) suspect(origin, heads[0].note, heads[1].note, url);
  kept.decision = before.value_or(std::string());
  if (auto done = written(store_.keep_fork(kept, *room)); !done) return std::move(done).error();
  if (options_.on_fork) options_.on_fork(kept, *fork);
  if (origin == options_.own_origin && options_.on_twin) {
    // Which of the two is ours the proof does not say: the larger head may well be.
    for (const SeenHead& head : heads) {
      if (head.standing == Standing::kContradicts) options_.on_twin(Twin::kDiffers, head.note, url);
    }
  }
  return true;
}

std::optional<LogEnd> ForkWatch::end_of(std::string_view origin) const {
  return options_.end_of ? options_.end_of(origin) : std::nullopt;
}

bool ForkWatch::frozen(std::string_view origin) const {
  if (end_of(origin)) return false;
  const std::lock_guard lock(mutex_);
  return suspicions_.find(origin) != suspicions_.end();
}

std::uint64_t ForkWatch::shown_until(std::string_view origin) const {
  const auto end = end_of(origin);
  std::uint64_t until = end ? end->size : kShowAll;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, known] : forks_) {
    if (known.kept.origin == origin && known.kept.decision.empty())
      until = std::min(until, known.fork.agreed);
  }
  return until;
}

std::vector<ForkedLog> ForkWatch::forked() const {
  std::map<std::string, ForkedLog> logs;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, known] : forks_) {
    ForkedLog& log = logs[known.kept.origin];
    const bool undecided = known.kept.decision.empty();
    const bool tells_more = !log.fork || known.fork.agreed < log.fork->agreed;
    if (undecided) log.shown_until = std::min(log.shown_until, known.fork.agreed);
    if (!tells_more) continue;
    log.proof = name;
    log.fork = known.fork;
    log.decision = known.kept.decision;
  }
  for (const auto& [origin, suspicion] : suspicions_) logs[origin].suspicion = suspicion;
  std::vector<ForkedLog> out;
  for (auto& [origin, log] : logs) {
    log.origin = origin;
    out.push_back(std::move(log));
  }
  return out;
}

std::vector<ListedFork> ForkWatch::list() const {
  std::vector<ListedFork> listed;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, known] : forks_) listed.push_back({name, known.kept.origin});
  if (listed.size() > kMaxListedForks) listed.resize(kMaxListedForks);
  return listed;
}

Result<std::string> ForkWatch::file(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = forks_.find(name);
  if (found == forks_.end()) return Error{ErrorCode::kNotFound, "no such fork proof here"};
  return found->second.kept.file;
}

Status ForkWatch::dismiss(std::string_view origin) { return written(store_.dismiss(origin)); }

Status ForkWatch::decide(std::string_view origin, std::string_view decision) {
  return written(store_.decide(origin, decision));
}

}  // namespace dure::node
