// SPDX-License-Identifier: Apache-2.0
#include "app/own_log_watch.h"

#include <array>

#include "app/evidence.h"
#include "app/node_parts.h"
#include "app/node_recovery.h"

namespace dure::node {
namespace {

constexpr std::chrono::seconds kBetweenTries{2};

}  // namespace

void OwnLogWatch::saw(const std::string& url, const std::vector<AnnouncedHead>& heads) {
  if (!node_.publisher) return;
  const auto quarantine = node_.publisher->quarantine();
  if (quarantine && may_heal(*quarantine)) return try_again(quarantine->text);
  for (const auto& head : heads) {
    if (head.origin == node_.own.origin) judge(url, head.checkpoint);
  }
}

void OwnLogWatch::judge(const std::string& url, const std::string& note) {
  if (!node_.publisher || node_.publisher->quarantine()) return;
  const std::array keys = {node_.signer->verifier()};
  LogReader& reader = node_.store->reader();
  const LogId own = node_.store->own_log_id();
  const auto judged =
      judge_shown_head(note, url, {node_.own.origin, keys, node_.publisher->signed_size()},
                       [&reader, own](unsigned level, std::uint64_t index) {
                         return reader.node(own, level, index);
                       });
  if (!judged) return node_.log.error("recovery.head_not_judged", error_fields(judged.error()));
  if (!*judged) return;
  node_.publisher->stop_signing(**judged);  // first of all
  auto fields = error_fields(**judged);
  fields.emplace_back("shown_by", url);
  fields.emplace_back("head", note);
  node_.log.error("recovery.twin", fields);
  if (auto kept = keep_evidence(node_.folder, note); !kept)
    node_.log.error("recovery.evidence_not_kept", error_fields(kept.error()));
}

void OwnLogWatch::try_again(const std::string& text_before) {
  const std::unique_lock one_at_a_time(healing_, std::try_to_lock);
  if (!one_at_a_time) return;
  const auto now = std::chrono::steady_clock::now();
  if (last_try_ != std::chrono::steady_clock::time_point{} && now - last_try_ < kBetweenTries)
    return;
  const auto quarantine = node_.publisher->quarantine();
  if (!quarantine || quarantine->text != text_before) return;
  const auto recovered = recover_own_log(node_);
  last_try_ = std::chrono::steady_clock::now();
  if (!recovered) return;
  if (!recovered->quarantine) {
    node_.log.warning("recovery.resumed");
    node_.publisher->resume(*recovered);
  } else if (!may_heal(*recovered->quarantine)) {
    node_.publisher->stop_signing(*recovered->quarantine);
  }
}

}  // namespace dure::node
