// SPDX-License-Identifier: Apache-2.0
#include "app/clock_watch.h"

#include <utility>

namespace dure::node {
namespace {

class WatchedSource final : public Source {
 public:
  WatchedSource(std::unique_ptr<Source> inner, std::string url, std::shared_ptr<ClockWatch> watch)
      : inner_(std::move(inner)), url_(std::move(url)), watch_(std::move(watch)) {}
  Result<FetchResponse> fetch(const FetchRequest& request) override {
    auto response = inner_->fetch(request);
    if (response && response->date != 0) watch_->note(url_, response->date);
    return response;
  }

 private:
  std::unique_ptr<Source> inner_;
  std::string url_;
  std::shared_ptr<ClockWatch> watch_;
};

}  // namespace

ClockWatch::ClockWatch(std::function<std::int64_t()> now, Report report)
    : now_(std::move(now)), report_(std::move(report)) {}

void ClockWatch::note(const std::string& url, std::int64_t date) {
  const std::int64_t ahead = date - now_();
  const bool wrong = ahead > kTolerance || ahead < -kTolerance;
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    changed = wrong != ahead_.contains(url);
    if (wrong) {
      ahead_[url] = ahead;
    } else {
      ahead_.erase(url);
    }
  }
  if (changed && report_) report_(url, wrong ? ahead : 0);
}

std::int64_t ClockWatch::ahead(const std::string& url) const {
  const std::lock_guard lock(mutex_);
  const auto found = ahead_.find(url);
  return found == ahead_.end() ? 0 : found->second;
}

OpenSource watching_clocks(OpenSource open, std::shared_ptr<ClockWatch> watch) {
  return [open = std::move(open),
          watch = std::move(watch)](const std::string& url) -> Result<std::unique_ptr<Source>> {
    auto source = open(url);
    if (!source) return source;
    return std::unique_ptr<Source>(std::make_unique<WatchedSource>(std::move(*source), url, watch));
  };
}

}  // namespace dure::node
