// SPDX-License-Identifier: Apache-2.0
#include "app/own_log_watch.h"

#include "app/own_log_recovery.h"

namespace dure::node {
namespace {

constexpr std::chrono::seconds kBetweenTries{2};

}  // namespace

void OwnLogWatch::saw(const std::string& url, const std::vector<AnnouncedHead>& heads) {
  Publisher* const publisher = ports_.publisher();
  if (publisher == nullptr) return;
  const auto quarantine = publisher->quarantine();
  if (quarantine && may_heal(*quarantine)) return try_again(*publisher, quarantine->text);
  for (const auto& head : heads) {
    if (head.origin == ports_.origin) judge(url, head.checkpoint);
  }
}

void OwnLogWatch::judge(const std::string& url, const std::string& note) {
  Publisher* const publisher = ports_.publisher();
  if (publisher == nullptr || publisher->quarantine()) return;
  const auto judged = judge_shown_head(
      note, url, {ports_.origin, ports_.keys, publisher->signed_size()}, ports_.node);
  if (!judged) {
    if (ports_.on_error) ports_.on_error(judged.error());
    return;
  }
  if (!*judged) return;
  publisher->stop_signing(**judged);  // first of all
  if (ports_.on_twin) ports_.on_twin(**judged, note, url);
}

void OwnLogWatch::try_again(Publisher& publisher, const std::string& text_before) {
  const std::unique_lock one_at_a_time(healing_, std::try_to_lock);
  if (!one_at_a_time) return;
  if (last_try_ && ports_.clock() - *last_try_ < kBetweenTries) return;
  const auto quarantine = publisher.quarantine();
  if (!quarantine || quarantine->text != text_before) return;
  const auto recovered = ports_.recover();
  last_try_ = ports_.clock();
  if (!recovered) return;
  if (!recovered->quarantine) {
    if (ports_.on_resumed) ports_.on_resumed();
    publisher.resume(*recovered);
  } else if (!may_heal(*recovered->quarantine)) {
    publisher.stop_signing(*recovered->quarantine);
  }
}

}  // namespace dure::node
