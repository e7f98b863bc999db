// SPDX-License-Identifier: Apache-2.0
// What catching up costs on the wire: bytes beside the compressed size of what is new, and round
// trips before data.
#include <gtest/gtest.h>
#include <zlib.h>

#include "bench/sample_bodies.h"
#include "node/replication/names.h"
#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

constexpr std::uint64_t kHeadBytes = 300;  // of an HTTP answer

std::uint64_t gzip_size(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  const int done = compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                             reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), 6);
  EXPECT_EQ(done, Z_OK);
  return size;
}

/// Counts bytes as our server would send them.
class MeteredSource : public Source {
 public:
  explicit MeteredSource(std::unique_ptr<Source> inner) : inner_(std::move(inner)) {}
  Result<FetchResponse> fetch(const FetchRequest& request) override {
    auto response = inner_->fetch(request);
    if (!response) return response;
    const bool packed = request.compress && request.range_from == 0 &&
                        request.path.find("/tile/1/") == std::string::npos;
    response->wire_bytes =
        kHeadBytes + (packed ? gzip_size(response->body) : response->body.size());
    return response;
  }

 private:
  std::unique_ptr<Source> inner_;
};

class PullCostTest : public testing::Test {
 protected:
  PullCostTest() {
    id_ = mirrors_.add_log(log_.origin());
    network_[kHome].log = &log_;
  }

  PullReport grow_and_pull(std::size_t size) {
    while (log_.size() < size) log_.append(bodies_.next());
    network_[kHome].size = size;
    network_.forget();
    const OpenSource inner = network_.opener();
    const OpenSource open = [inner](const std::string& url) -> Result<std::unique_ptr<Source>> {
      auto source = inner(url);
      if (!source) return source;
      return std::unique_ptr<Source>(std::make_unique<MeteredSource>(std::move(*source)));
    };
    const PullJob job{{id_, log_.origin(), false}, log_.keys(), {origin_location(kHome)}, {}};
    return pull_log(job, open, mirrors_, mirrors_, options_);
  }

  std::string new_bytes(std::size_t first) const {
    std::string bytes;
    for (std::size_t i = first; i < log_.size(); ++i)
      bytes += log_.leaves()[i] + std::string(as_view(log_.salts()[i])) + log_.bodies()[i];
    return bytes;
  }

  FakeLog log_{"suwon.example/dure/1"};
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  SampleBodies bodies_{1};
  LogId id_ = 0;
  PullOptions options_;
};

TEST_F(PullCostTest, CatchingUpCostsLittleMoreThanWhatIsNewCompressed) {
  constexpr std::size_t kBefore = 20'000, kAfter = 21'000;
  ASSERT_FALSE(grow_and_pull(kBefore).error);
  const auto report = grow_and_pull(kAfter);
  ASSERT_FALSE(report.error) << report.error->detail;
  ASSERT_EQ(report.entries, kAfter - kBefore);
  EXPECT_LE(static_cast<double>(report.wire_bytes),
            1.1 * static_cast<double>(gzip_size(new_bytes(kBefore))));
}

TEST_F(PullCostTest, DataFlowsWithinFourRoundTrips) {
  ASSERT_FALSE(grow_and_pull(20'000).error);
  ASSERT_FALSE(grow_and_pull(21'000).error);
  std::size_t before_data = 0;
  for (const auto& path : network_.paths()) {
    if (path.find("/bodies/") != std::string::npos) break;
    ++before_data;
  }
  // The checkpoint; then tiles and edges, as many at once as there are connections.
  const std::size_t rounds =
      1 + (before_data - 1 + options_.connections - 1) / options_.connections;
  EXPECT_LE(rounds + 1, 4U) << before_data << " requests before the first body bundle";
}

}  // namespace
}  // namespace dure::node
