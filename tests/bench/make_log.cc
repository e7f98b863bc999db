// SPDX-License-Identifier: Apache-2.0
// Fills the own log of a data folder with service entries of about 1 KB from a fixed seed, through
// the publisher.
//
//   bench_make_log DATA ENTRIES
// Run again it adds further ones. The node must not be running.
#include <sodium.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "app/node_keys.h"
#include "bench/sample_bodies.h"
#include "publishing/publisher.h"
#include "publishing/recovery.h"
#include "storage/head_lock.h"
#include "storage/node_store.h"
#include "storage/process_lock.h"

namespace dure::node {
namespace {

constexpr std::size_t kGroup = 4096;
constexpr std::int64_t kTime = 1'780'000'000;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().detail.c_str());
  std::exit(3);
}

std::unique_ptr<Signer> open_signer(const DataFolder& folder, const std::string& origin) {
  Settings settings;
  settings.origin = origin;
  return must(must(NodeKeys::open(settings, folder.seed(), PassphraseSource(settings))).log());
}

class LogMaker {
 public:
  explicit LogMaker(const DataFolder& folder)
      : lock_(must(ProcessLock::take(folder.lock()))),
        store_(must(NodeStore::open(folder.database()))),
        head_lock_(must(open_head_lock(folder.head_lock()))),
        signer_(open_signer(folder, store_->own_origin())),
        first_(store_->own_log().size()),
        bodies_(first_ + 1),
        random_(first_ + 2) {
    const std::vector<VerifierKey> keys{signer_->verifier()};
    const NodeReader node = [this](unsigned level, std::uint64_t index) {
      return store_->reader().node(store_->own_log_id(), level, index);
    };
    auto recovered =
        must(recover({store_->own_origin(), keys, {}}, store_->own_log(), *head_lock_, node));
    PublisherPorts ports;
    ports.origin = store_->own_origin();
    ports.log = &store_->own_log();
    ports.head_lock = head_lock_.get();
    ports.signer = signer_.get();
    ports.now = [] { return kTime; };
    // Ids and salts that anybody can tell: fit for a bench, and for nothing else.
    ports.random = [this](std::span<std::uint8_t> out) {
      std::generate(out.begin(), out.end(),
                    [this] { return static_cast<std::uint8_t>(random_()); });
    };
    publisher_ = Publisher::start(std::move(ports), std::move(recovered));
  }

  void add(std::size_t count) {
    std::vector<Submission> group;
    for (std::size_t done = 0; done < count; done += group.size()) {
      group.clear();
      for (std::size_t i = std::min(kGroup, count - done); i > 0; --i) {
        Submission submission;
        submission.type = "service";
        submission.body = bodies_.next();
        group.push_back(std::move(submission));
      }
      for (auto& receipt : publisher_->publish_all(group)) must(std::move(receipt));
    }
  }

 private:
  std::unique_ptr<ProcessLock> lock_;
  std::unique_ptr<NodeStore> store_;
  std::unique_ptr<HeadLock> head_lock_;
  std::unique_ptr<Signer> signer_;
  const std::uint64_t first_;
  SampleBodies bodies_;
  std::mt19937_64 random_;  // NOLINT(cert-msc51-cpp)
  std::unique_ptr<Publisher> publisher_;
};

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  if (argc != 3 || sodium_init() < 0) {
    std::fprintf(stderr, "usage: bench_make_log DATA ENTRIES\n");
    return 2;
  }
  dure::node::LogMaker(dure::node::DataFolder{argv[1]}).add(std::strtoul(argv[2], nullptr, 10));
  return 0;
}
