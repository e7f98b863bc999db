// SPDX-License-Identifier: Apache-2.0
// The metadata quality of publishers, counted over all that the catalogue holds of them and kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "formats/quality.h"
#include "http/routes/catalogue_facts.h"

namespace dure::node::http {

struct QualityOptions {
  /// Changes whenever a report could. Empty: nothing is kept.
  std::function<std::uint64_t()> version;
  /// What is known of the addresses in this publisher's entries. May be empty.
  std::function<LinkState(std::string_view origin, std::string_view address)> links;
  std::function<std::chrono::steady_clock::time_point()> clock = [] {
    return std::chrono::steady_clock::now();
  };
};

/// One report is counted at a time; after one that took t, an outdated one that is here is told for
/// another 20 t. So reports take at most a twentieth of one processor, however often the catalogue
/// changes, and only the first question about a publisher waits. Threads: any.
class QualityReports {
 public:
  QualityReports(CatalogueSources sources, QualityOptions options)
      : sources_(std::move(sources)), options_(std::move(options)) {}

  /// `origin` is that of a known log: one small report is kept for each. Errors: kStorage.
  Result<QualityTally> of(const std::string& origin);

 private:
  struct Kept {
    std::uint64_t version = 0;
    QualityTally tally;
  };
  bool find(const std::string& origin, std::uint64_t version, QualityTally& tally);
  Result<QualityTally> count(const std::string& origin);

  const CatalogueSources sources_;
  const QualityOptions options_;
  std::mutex counting_;  // held while one is counted
  std::mutex mutex_;     // guards what follows
  std::map<std::string, Kept, std::less<>> kept_;
  std::chrono::steady_clock::time_point rest_until_{};
};

}  // namespace dure::node::http
