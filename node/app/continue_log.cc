// SPDX-License-Identifier: Apache-2.0
#include "app/continue_log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "app/durable_file.h"
#include "app/joining.h"
#include "app/own_charter.h"
#include "app/seed_file.h"
#include "app/source_policy.h"
#include "membership/charter_exchange.h"
#include "membership/charter_logs.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxSettingsBytes = std::size_t{1} << 20;

struct Generation {
  std::string member;
  std::uint64_t number = 0;
  std::string origin() const { return member + "/" + std::to_string(number); }
};

Generation generation_of(const std::string& origin) {
  const std::size_t slash = origin.rfind('/');
  return {origin.substr(0, slash), *parse_decimal(origin.substr(slash + 1))};
}

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

/// A node without its key cannot run, and hears of the seal only now.
void ask_members(CharterBook& book, const Settings& settings, const std::string& origin) {
  const auto before = book.current();
  if (!before) return;
  const auto open = make_quick_opener(settings, {});
  for (const CharterMember& member : before->charter.members) {
    const auto current = book.current();
    if (seal_of(current->charter, origin) != nullptr) return;
    if (member.url.empty() || member.id == generation_of(origin).member) continue;
    if (auto source = open(member.url)) (void)exchange_charters(book, **source);
  }
}

Result<std::string> successor_of(HeadLockFile& lock, const Settings& settings) {
  const std::string& origin = settings.origin;
  auto book = CharterBook::open(lock, unix_now);
  if (!book) return std::move(book).error();
  ask_members(**book, settings, origin);
  const auto current = (*book)->current();
  const SealedLog* seal = current ? seal_of(current->charter, origin) : nullptr;
  if (seal == nullptr) {
    return Error{ErrorCode::kRefused,
                 origin + " is not sealed",
                 "log.not-sealed",
                 {{"origin", printable(origin)}}};
  }
  Generation next = generation_of(origin);
  ++next.number;
  if (seal->successor.empty() || seal->successor == next.origin()) return next.origin();
  return Error{ErrorCode::kRefused,
               origin + " goes on as " + seal->successor,
               "log.other-successor",
               {{"origin", printable(origin)}, {"successor", printable(seal->successor)}}};
}

/// The new seed is made before the old one goes. A lost key leaves nothing to keep.
Status set_old_seed_aside(const DataFolder& folder, const std::string& next,
                          const std::string& old) {
  // A key that was to take the place of the old one has nothing to replace any more.
  if (unlink(folder.new_seed().c_str()) == 0) unlink(folder.finishing().c_str());
  if (!exists(next)) {
    if (auto made = create_seed_file(next); !made) return made;
  }
  return exists(folder.seed()) ? move_file(folder.seed(), old) : ok();
}

/// Every step can be cut off, and is then done by the next try.
Status change_seed(const DataFolder& folder, std::uint64_t old_generation) {
  const std::string next = folder.seed() + ".next";
  const std::string old = folder.seed() + ".generation-" + std::to_string(old_generation);
  if (!exists(old)) {
    if (auto aside = set_old_seed_aside(folder, next, old); !aside) return aside;
  }
  if (exists(next)) {
    if (auto moved = move_file(next, folder.seed()); !moved) return moved;
  }
  return sync_folder(folder.path);
}

Status forget_own_head(HeadLockFile& lock, const std::string& old_origin) {
  const auto note = lock.head();
  if (!note) return note.error();
  if (!*note) return ok();
  const auto parsed = parse_note(**note);
  const auto head = parsed ? parse_checkpoint(parsed->text) : Result<Checkpoint>(parsed.error());
  // Only the head of a sealed log is let go.
  if (!head || head->origin != old_origin) return ok();
  return lock.forget_head(**note);
}

/// The last of all: from then on the folder is one of the new generation.
Status change_settings(const DataFolder& folder, const std::string& from, const std::string& to) {
  auto text = read_small_file(folder.settings(), kMaxSettingsBytes);
  if (!text) return std::move(text).error();
  const std::string quoted = "\"" + from + "\"";
  const std::size_t at = text->find(quoted);
  if (at == std::string::npos) {
    return Error{ErrorCode::kInvalid,
                 folder.settings() + " does not say " + quoted,
                 "log.settings-origin",
                 {{"file", folder.settings()}, {"origin", to}}};
  }
  text->replace(at, quoted.size(), "\"" + to + "\"");
  return replace_file(folder.settings(), *text, S_IRUSR | S_IWUSR | S_IRGRP);
}

const CharterMember* own_entry(const Charter& charter, const NodeParts& node) {
  return owner_of(charter, node.own.origin);
}

}  // namespace

Result<std::string> continue_log(const Settings& settings) {
  const DataFolder folder{settings.data};
  if (auto lock = check_data_folder(folder); !lock && lock.error().text != "errors.seed_missing")
    return lock.error();
  const auto process = ProcessLock::take(folder.lock());
  if (!process) return process.error();
  auto head_lock = open_head_lock(folder.head_lock());
  if (!head_lock) return head_lock.error();
  const std::string old = settings.origin;
  const auto successor = successor_of(**head_lock, settings);
  if (!successor) return successor.error();
  if (auto done = change_seed(folder, generation_of(old).number); !done)
    return std::move(done).error();
  if (auto done = NodeStore::begin_generation(folder.database(), *successor); !done)
    return std::move(done).error();
  if (auto done = forget_own_head(**head_lock, old); !done) return std::move(done).error();
  if (auto done = change_settings(folder, old, *successor); !done) return std::move(done).error();
  return *successor;
}

void ask_to_continue(NodeParts& node) {
  const auto current = node.charter->current();
  const CharterMember* own = current ? own_entry(current->charter, node) : nullptr;
  if (own == nullptr || names_this_node(current->charter, node)) return;
  if (seal_of(current->charter, newest_origin(*own)) == nullptr) return;
  const auto fingerprint = hex_decode(node.charter->fingerprint());
  Hash federation{};
  if (!fingerprint || fingerprint->size() != federation.size()) return;
  std::copy(fingerprint->begin(), fingerprint->end(), federation.begin());
  const auto request = signed_join_request(node, federation);
  if (!request) return node.log.error("charter.not_asked", error_fields(request.error()));
  const auto draft = take_join_request(node, *request);
  if (!draft) node.log.debug("charter.not_asked", error_fields(draft.error()));
  const std::uint64_t version = current->charter.version;
  if (node.asked_version.exchange(version) == version) return;
  for (const CharterMember& member : current->charter.members) {
    if (member.id == own->id || member.url.empty()) continue;
    auto source = node.open_source(member.url);
    if (source) (void)send_join_request(**source, *request);  // drafts travel from anybody
  }
}

Status begin_with_continues(NodeParts& node) {
  const auto current = node.charter->current();
  if (!current || node.publisher->quarantine() || node.publisher->signed_size() > 0) return ok();
  Generation before = generation_of(node.own.origin);
  if (before.number < 2) return ok();
  --before.number;
  const SealedLog* seal = seal_of(current->charter, before.origin());
  if (seal == nullptr) return ok();
  Submission submission;
  submission.type = "continues";
  submission.of_this_log = true;
  submission.source = "continues:" + seal->origin;
  submission.body = canonical_json({{"origin", seal->origin},
                                    {"root", base64_encode(as_view(seal->root))},
                                    {"size", static_cast<std::int64_t>(seal->size)}});
  auto published = node.publisher->publish(std::move(submission));
  return published ? ok() : Status(std::move(published).error());
}

}  // namespace dure::node
