// SPDX-License-Identifier: Apache-2.0
#include "app/cosigning_parts.h"

#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/independent_parts.h"
#include "app/pull_json.h"
#include "app/source_policy.h"

namespace dure::node {
namespace {

using nlohmann::json;

// A thread that waits for a head to become final answers nobody else meanwhile, and mirrors must be
// answered for that to happen.
constexpr int kMostWaiters = 1;

std::uint64_t random_number() {
  std::uint64_t number = 0;
  randombytes_buf(&number, sizeof number);
  return number;
}

class CosigningMirrors final : public MirrorStore {
 public:
  CosigningMirrors(MirrorStore& inner, MirrorCosigner& cosigner, const Log& log)
      : inner_(inner), cosigner_(cosigner), log_(log) {}

  Result<MirrorState> mirror(LogId log) override { return inner_.mirror(log); }
  Status begin(LogId log, std::string_view head) override { return inner_.begin(log, head); }
  void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) override {
    inner_.store(log, std::move(bundle), std::move(done));
  }
  Status complete(LogId log, std::string_view head) override {
    auto completed = inner_.complete(log, head);
    if (!completed) return completed;
    // The mirror is as whole as it was: without the cosignature it says less, that is all.
    if (auto cosigned = cosigner_.completed(log, head); !cosigned)
      log_.warning("mirror.not_cosigned", error_fields(cosigned.error()));
    return completed;
  }

 private:
  MirrorStore& inner_;
  MirrorCosigner& cosigner_;
  const Log& log_;
};

Status open_mirror_cosigner(NodeParts& node) {
  MirrorCosignerPorts ports;
  ports.heads = node.head_lock.get();
  ports.logs = &node.store->reader();
  ports.signer = node.mirror_signer.get();
  ports.now = node.now;
  ports.erased = [&eraser = *node.eraser](std::string_view origin, std::uint64_t index) {
    return eraser.of_target(origin, index).has_value();
  };
  auto cosigner = MirrorCosigner::open(std::move(ports));
  if (!cosigner) return cosigner.error();
  node.mirror_cosigner = std::move(*cosigner);
  node.cosigning_mirrors =
      std::make_unique<CosigningMirrors>(*node.erasing_mirrors, *node.mirror_cosigner, node.log);
  return ok();
}

json cosigner_json(const CosignerStatus& status) {
  json out = {{"member", status.member},
              {"url", status.url},
              {"witness", status.witness},
              {"mirror", status.mirror},
              {"size", status.size},
              {"time", status.time},
              {"mirrored_size", status.mirrored_size},
              {"mirrored_time", status.mirrored_time}};
  if (status.error) describe_error(out, *status.error);
  return out;
}

}  // namespace

AskingPorts asking_ports(NodeParts& node) {
  AskingPorts ports;
  ports.origin = node.own.origin;
  ports.keys = own_log_keys(node);
  ports.open = make_quick_opener(node.settings, node.stopping.get_token());
  ports.node = [&reader = node.store->reader(), own = node.store->own_log_id()](
                   unsigned level, std::uint64_t index) { return reader.node(own, level, index); };
  ports.now = node.now;
  ports.random = random_number;
  ports.stopped = [&node] { return node.publisher && node.publisher->quarantine(); };
  ports.on_shown = [&node](const std::string& url, const std::string& note) {
    node.own_log_watch->judge(url, note);
  };
  return ports;
}

Status open_cosigning(NodeParts& node) {
  if (auto opened = open_mirror_cosigner(node); !opened) return opened;
  CosigningPorts ports;
  static_cast<AskingPorts&>(ports) = asking_ports(node);
  ports.heads = node.head_lock.get();
  ports.on_final = [&node](std::uint64_t size) {
    node.log.debug("finality.final", {{"size", std::to_string(size)}});
    node.independent->wake();
  };
  ports.on_failure = [&log = node.log](const std::string& member, const Error& error) {
    auto fields = error_fields(error);
    fields.emplace_back("member", member);
    log.warning("finality.no_cosignature", fields);
  };
  CosigningOptions options;
  options.refresh = std::chrono::seconds(node.settings.witness_refresh);
  auto cosigning = Cosigning::open(std::move(ports), options);
  if (!cosigning) return cosigning.error();
  node.cosigning = std::move(*cosigning);
  return ok();
}

void cosign_mirrors(NodeParts& node) {
  const auto logs = node.store->reader().logs();
  if (!logs) return;
  for (const KnownLog& log : *logs) {
    if (log.own || node.stopping.stop_requested()) continue;
    const auto head = node.store->reader().head(log.id);
    if (!head) continue;  // nothing is whole yet
    if (auto cosigned = node.mirror_cosigner->completed(log.id, *head); !cosigned)
      node.log.warning("mirror.not_cosigned", error_fields(cosigned.error()));
  }
}

std::string cosigned_note(const NodeParts& node, std::string note) {
  if (note.starts_with(node.own.origin + "\n"))
    return node.cosigning->with_cosignatures(std::move(note));
  return node.mirror_cosigner->with_cosignature(std::move(note));
}

json finality_report(NodeParts& node) {
  const FinalityReport report = node.cosigning->report();
  const std::uint64_t size =
      node.publisher ? node.publisher->signed_size() : std::max(report.size, report.final_size);
  json out = {{"size", size},
              {"final_size", report.final_size},
              {"behind", size > report.final_size ? size - report.final_size : 0},
              {"n", report.quorum.voices},
              {"k", report.quorum.needed},
              {"tolerated_traitors", report.quorum.tolerated_traitors()},
              {"tolerated_outages", report.quorum.tolerated_outages()},
              {"mirrors", report.mirrors},
              {"possible", report.quorum.needed > 0 && report.mirrors > 0},
              {"running", node.serving},
              {"witnesses", json::array()}};
  for (const CosignerStatus& status : report.cosigners)
    out["witnesses"].push_back(cosigner_json(status));
  if (report.error) describe_error(out, *report.error);
  out["independent"] = independent_report(node);
  return out;
}

Result<std::string> wait_for_final(NodeParts& node, std::uint64_t size,
                                   std::chrono::milliseconds longest) {
  static constexpr auto kLongest = std::chrono::milliseconds(2'000);
  if (node.publisher && size > node.publisher->signed_size())
    return Error{ErrorCode::kInvalid, "the own log has no " + std::to_string(size) + " entries"};
  if (node.serving && node.final_waiters.fetch_add(1) < kMostWaiters) {
    (void)node.cosigning->wait_final(size, std::min(longest, kLongest), node.stopping.get_token());
  }
  if (node.serving) node.final_waiters.fetch_sub(1);
  json out = finality_report(node);
  out["state"] = node.cosigning->final_size() >= size ? "final" : "local";
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace dure::node
