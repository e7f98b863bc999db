// SPDX-License-Identifier: Apache-2.0
#include "app/key_rotation.h"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/durable_file.h"
#include "app/key_wish.h"
#include "app/own_charter.h"
#include "app/seed_file.h"
#include "membership/charter_exchange.h"
#include "membership/charter_logs.h"
#include "membership/key_changes.h"

namespace dure::node {
namespace {

using nlohmann::json;
using Step = RotationWish::Step;

constexpr std::size_t kToldAtOnce = 3;   // drafts travel from anybody
constexpr std::size_t kTriedAtOnce = 8;  // the rest of the exchange of charters waits meanwhile

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Error refused(ErrorCode code, const char* text, const NodeParts& node) {
  return Error{code,
               std::string(text),
               text,
               {{"origin", printable(node.own.origin)}, {"path", node.folder.path}}};
}

/// Sealed with the passphrase of the present one, if that has one.
Status make_new_seed(const NodeParts& node, Suite suite) {
  const auto present = load_key_file(node.folder.seed());
  if (!present) return present.error();
  if (!present->sealed) return create_seed_file(node.folder.new_seed(), suite);
  if (node.passphrases.remembered() == nullptr) {
    return Error{ErrorCode::kRefused,
                 "no passphrase was given",
                 "errors.passphrase_needed",
                 {{"file", node.folder.new_seed()}}};
  }
  return create_seed_file(node.folder.new_seed(), suite, node.passphrases.remembered());
}

/// The caller holds the mutex.
Status open_new_seed(NodeParts& node) {
  auto keys = NodeKeys::open(node.settings, node.folder.new_seed(), node.passphrases);
  if (!keys) return std::move(keys).error();
  const auto log = keys->seed_log();
  if (!log) return log.error();
  node.coming_keys = std::make_unique<NodeKeys>(*std::move(keys));
  node.seeds.coming = (*log)->verifier();
  node.key_phase = KeyPhase::kAsked;
  return ok();
}

Status check_may_begin(const NodeParts& node, const Charter& charter) {
  if (seal_of(charter, node.own.origin) != nullptr)
    return refused(ErrorCode::kRefused, "errors.rotate_sealed", node);
  const auto keys = log_keys_of(charter, node.own.origin);
  if (keys.size() == 1 && keys.front().format() == node.signer->verifier().format()) return ok();
  return refused(ErrorCode::kRefused,
                 keys.size() > 1 ? "errors.rotate_two_keys" : "errors.rotate_not_chartered", node);
}

/// The caller holds the mutex.
Status begin(NodeParts& node, Suite suite) {
  if (node.key_phase == KeyPhase::kAsked) return ok();  // it is asked for once more
  if (node.key_phase != KeyPhase::kSettled)
    return refused(ErrorCode::kConflict, "errors.rotate_under_way", node);
  if (!node.settings.log_key.empty())
    return refused(ErrorCode::kUnsupported, "errors.rotate_token", node);
  if (auto may = check_may_begin(node, node.charter->current()->charter); !may) return may;
  // What an earlier rotation left must not finish this one.
  if (unlink(node.folder.finishing().c_str()) == 0) {
    if (auto synced = sync_folder(node.folder.path); !synced) return synced;
  }
  if (auto made = make_new_seed(node, suite); !made) return made;
  node.log.warning("keys.rotation_begins");
  return open_new_seed(node);
}

/// The caller holds the mutex.
Status finish(NodeParts& node) {
  if (node.key_phase != KeyPhase::kBoth)
    return refused(ErrorCode::kConflict, "errors.rotate_nothing_to_finish", node);
  return replace_file(node.folder.finishing(), "", S_IRUSR | S_IWUSR);
}

/// Begins with any of them: who does not answer is not always asked first.
std::size_t tell_members(const NodeParts& node, const Charter& charter, const std::string& wish) {
  const auto& members = charter.members;
  const std::size_t first = randombytes_uniform(static_cast<std::uint32_t>(members.size()));
  std::size_t told = 0, tried = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const CharterMember& member = members[(first + i) % members.size()];
    if (told == kToldAtOnce || tried == kTriedAtOnce || node.stopping.stop_requested()) break;
    if (member.id == member_id(node.own) || member.url.empty()) continue;
    ++tried;
    auto source = node.open_source(member.url);
    if (source && send_join_request(**source, wish)) ++told;
  }
  return told;
}

struct Asked {
  std::string draft;
  std::size_t told = 0;
  bool adopted = false;
};

/// Offers the wish here and, unless it counts by that, hands it to some of the others.
Result<Asked> ask(NodeParts& node, const SignedCharter& current, SignedCharter wish) {
  const bool alone = current.charter.members.size() == 1;
  if (alone) {
    if (auto signed_now = sign_as_steward(node, wish); !signed_now) return signed_now.error();
  }
  const std::string note = format_signed_charter(wish);
  const auto offered = node.charter->offer(note);
  if (!offered) return offered.error();
  Asked asked{hex_encode(as_view(charter_hash(wish.note.text))), 0, *offered == Offered::kAdopted};
  if (!asked.adopted) asked.told = tell_members(node, current.charter, note);
  if (asked.adopted || alone || asked.told > 0) node.asked_for_keys = current.charter.version;
  return asked;
}

/// None if nothing is to be asked for.
Result<std::optional<Asked>> ask_for_due(NodeParts& node) {
  const auto current = node.charter->current();
  if (!current) return std::optional<Asked>();
  std::optional<SignedCharter> wish;
  {
    const std::lock_guard lock(node.rotating);
    const auto step = key_step_due(node, current->charter);
    if (!step) return std::optional<Asked>();
    auto made = make_key_wish(node, *current, *step);
    if (!made) return std::move(made).error();
    wish = *std::move(made);
  }
  auto asked = ask(node, *current, *std::move(wish));
  if (!asked) return std::move(asked).error();
  return std::optional(*std::move(asked));
}

Status prepare(NodeParts& node, const RotationWish& wish) {
  const std::lock_guard lock(node.rotating);
  switch (wish.step) {
    case Step::kBegin:
      return begin(node, wish.suite);
    case Step::kFinish:
      return finish(node);
    case Step::kReplaceLost:
      if (node.key_phase == KeyPhase::kWaiting || node.key_phase == KeyPhase::kSettled) return ok();
      return refused(ErrorCode::kConflict, "errors.rotate_seed_there", node);
  }
  return ok();
}

/// When the charter began to name `key`; 0 if that is not known.
std::int64_t named_since(const NodeParts& node, const VerifierKey& key) {
  const auto files = node.head_lock->charter_files();
  std::int64_t since = 0;
  if (!files) return since;
  for (const CharterFile& file : *files) {
    const bool names = file.paper == CharterPaper::kVersion &&
                       file.text.find(" " + key.format() + "\n") != std::string::npos;
    if (names && (since == 0 || file.since < since)) since = file.since;
  }
  return since;
}

}  // namespace

Status make_seed_for_lost(const Settings& settings, Suite suite, const Passphrase* passphrase) {
  const DataFolder folder{settings.data};
  if (!settings.log_key.empty())
    return Error{ErrorCode::kUnsupported, "the log key is in a token", "errors.rotate_token"};
  if (exists(folder.seed())) {
    return Error{ErrorCode::kConflict,
                 folder.seed() + " exists",
                 "errors.rotate_seed_there",
                 {{"origin", printable(settings.origin)}, {"path", folder.path}}};
  }
  auto there = check_data_folder(folder);
  if (!there && there.error().text != "errors.seed_missing") return there;
  if (!exists(folder.head_lock())) {
    return Error{ErrorCode::kStorage,
                 folder.head_lock() + " is missing",
                 "storage.head-lock-missing",
                 {{"path", folder.head_lock()}, {"detail", folder.head_lock()}}};
  }
  const auto lock = ProcessLock::take(folder.lock());
  if (!lock) return lock.error();
  if (exists(folder.new_seed())) return ok();
  return create_seed_file(folder.new_seed(), suite, passphrase);
}

Result<Rotation> rotate_keys(NodeParts& node, const RotationWish& wish) {
  if (auto prepared = prepare(node, wish); !prepared) return std::move(prepared).error();
  const auto asked = ask_for_due(node);
  if (!asked) return asked.error();
  Rotation rotation;
  json report = key_report(node);
  if (*asked) {
    report["draft"] = (*asked)->draft;
    report["told"] = (*asked)->told;
    rotation.adopted = (*asked)->adopted;
  }
  report["adopted"] = rotation.adopted;
  rotation.report = report.dump(-1, ' ', false, json::error_handler_t::replace);
  return rotation;
}

bool ask_for_keys(NodeParts& node) {
  const auto current = node.charter->current();
  if (!current || node.asked_for_keys == current->charter.version) return false;
  const auto asked = ask_for_due(node);
  if (!asked) node.log.debug("keys.not_asked_for", error_fields(asked.error()));
  return asked && *asked && (*asked)->adopted;
}

void notice_keys(NodeParts& node) {
  const auto current = node.charter->current();
  if (!current) return;
  {
    const std::lock_guard lock(node.rotating);
    if (key_phase(node.seeds, log_keys_of(current->charter, node.own.origin)) == node.key_phase)
      return;
  }
  if (!node.serving || node.keys_changed.exchange(true)) return;
  node.log.warning("keys.changed");
  if (node.on_keys_changed) node.on_keys_changed();
}

Status take_over_new_key(NodeParts& node, const Recovered& recovered) {
  const std::lock_guard lock(node.rotating);
  // What a crash right after the end left.
  if (node.key_phase == KeyPhase::kSettled) unlink(node.folder.finishing().c_str());
  if (node.key_phase != KeyPhase::kReplaced || recovered.quarantine) return ok();
  if (auto taken = take_over_seed_file(node.folder.new_seed(), node.folder.seed()); !taken)
    return taken;
  unlink(node.folder.finishing().c_str());
  node.seeds = {node.seeds.coming, std::nullopt};
  node.key_phase = KeyPhase::kSettled;
  node.log.warning("keys.replaced", {{"fingerprint", node.signer->verifier().fingerprint()}});
  return ok();
}

json key_report(NodeParts& node) {
  const std::lock_guard lock(node.rotating);
  json report = {{"phase", key_phase_name(node.key_phase)}, {"log_vkeys", json::array()}};
  if (node.key_phase != KeyPhase::kWaiting)
    report["log_vkeys"].push_back(node.signer->verifier().format());
  if (node.second_signer) report["log_vkeys"].push_back(node.second_signer->verifier().format());
  if (node.seeds.coming) report["coming"] = node.seeds.coming->format();
  if (node.key_phase == KeyPhase::kBoth) {
    report["since"] = named_since(node, *node.seeds.coming);
    report["finishing"] = exists(node.folder.finishing());
  }
  return report;
}

}  // namespace dure::node
