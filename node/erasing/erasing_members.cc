// SPDX-License-Identifier: Apache-2.0
#include "erasing/erasing_members.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace dure::node {
namespace {

class ErasingMembers final : public MembersStore {
 public:
  ErasingMembers(MembersStore& inner, LogReader& logs, Eraser& eraser)
      : inner_(inner), logs_(logs), eraser_(eraser) {}

  Result<std::vector<std::uint64_t>> entries(LogId log, std::uint64_t first,
                                             std::size_t limit) override {
    return inner_.entries(log, first, limit);
  }

  Result<std::vector<std::uint64_t>> missing(LogId log, std::uint64_t first,
                                             std::size_t limit) override {
    const auto origin = origin_of(log);
    if (!origin) return origin.error();
    std::vector<std::uint64_t> found;
    while (found.size() < limit) {
      auto page = inner_.missing(log, first, limit);
      if (!page) return page;
      const bool last = page->size() < limit;
      if (!page->empty()) first = page->back() + 1;
      std::erase_if(*page, [&](std::uint64_t index) { return eraser_.is_erased(*origin, index); });
      const std::size_t room = std::min(page->size(), limit - found.size());
      found.insert(found.end(), page->begin(), page->begin() + static_cast<std::ptrdiff_t>(room));
      if (last) break;
    }
    return found;
  }

  Result<Bytes> bundle(LogId log, std::uint64_t first, std::uint64_t end,
                       std::size_t soft_limit) override {
    return inner_.bundle(log, first, end, soft_limit);
  }

  /// The eraser first notes what is erased and then takes the bodies away, through the same writer
  /// that asks here: whichever of the two comes first, nothing erased stays.
  Status store(LogId log, std::vector<ArrivedBody> bodies, Wanted wanted) override {
    auto origin = origin_of(log);
    if (!origin) return std::move(origin).error();
    return inner_.store(log, std::move(bodies),
                        [this, origin = *origin, wanted = std::move(wanted)](std::uint64_t index) {
                          return !eraser_.is_erased(origin, index) && (!wanted || wanted(index));
                        });
  }

 private:
  Result<std::string> origin_of(LogId id) {
    const std::lock_guard lock(mutex_);
    auto found = origins_.find(id);
    if (found != origins_.end()) return found->second;
    const auto logs = logs_.logs();
    if (!logs) return logs.error();
    for (const KnownLog& log : *logs) origins_.insert_or_assign(log.id, log.origin);
    found = origins_.find(id);
    if (found == origins_.end()) return Error{ErrorCode::kNotFound, "no such log"};
    return found->second;
  }

  MembersStore& inner_;
  LogReader& logs_;
  Eraser& eraser_;
  std::mutex mutex_;  // guards origins_
  std::map<LogId, std::string> origins_;
};

}  // namespace

std::unique_ptr<MembersStore> make_erasing_members(MembersStore& inner, LogReader& logs,
                                                   Eraser& eraser) {
  return std::make_unique<ErasingMembers>(inner, logs, eraser);
}

}  // namespace dure::node
