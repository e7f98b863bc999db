// SPDX-License-Identifier: Apache-2.0
#include "app/waking_mirrors.h"

#include <utility>

namespace dure::node {
namespace {

class WakingMirrors final : public MirrorStore {
 public:
  WakingMirrors(MirrorStore& inner, std::function<void()> wake)
      : inner_(inner), wake_(std::move(wake)) {}

  Result<MirrorState> mirror(LogId log) override { return inner_.mirror(log); }
  Status begin(LogId log, std::string_view head) override { return inner_.begin(log, head); }
  void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) override {
    inner_.store(log, std::move(bundle), [wake = wake_, done = std::move(done)](Status status) {
      done(std::move(status));
      wake();
    });
  }
  Status complete(LogId log, std::string_view head) override {
    auto completed = inner_.complete(log, head);
    wake_();
    return completed;
  }

 private:
  MirrorStore& inner_;
  std::function<void()> wake_;
};

}  // namespace

std::unique_ptr<MirrorStore> make_waking_mirrors(MirrorStore& inner, std::function<void()> wake) {
  return std::make_unique<WakingMirrors>(inner, std::move(wake));
}

}  // namespace dure::node
