// SPDX-License-Identifier: Apache-2.0
// Whatever a peer changes in whatever it serves, nothing wrong is ever stored.
#include <gtest/gtest.h>

#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

constexpr const char* kOrigin = "suwon.go.kr/dure/1";
constexpr const char* kHome = "http://home";

class PullerTamperTest : public testing::Test {
 protected:
  PullerTamperTest() : log_(kOrigin) {}

  /// Pulls a tampered log into a mirror that holds `held` entries; checks that only the truth is
  /// stored.
  PullReport pull(std::size_t held, std::size_t size,
                  std::function<void(const std::string&, Result<FetchResponse>&)> tamper) {
    mirrors_ = std::make_unique<MemoryMirrors>();
    const LogId id = mirrors_->add_log(kOrigin);
    PullJob job{{id, kOrigin, false}, log_.keys(), {origin_location(kHome)}, {}};
    PullOptions options;
    options.connections = 1;
    network_[kHome].log = &log_;
    network_[kHome].tamper = nullptr;
    if (held > 0) {
      network_[kHome].size = held;
      EXPECT_FALSE(pull_log(job, network_.opener(), *mirrors_, *mirrors_, options).error);
    }
    network_[kHome].size = size;
    network_[kHome].tamper = std::move(tamper);
    auto report = pull_log(job, network_.opener(), *mirrors_, *mirrors_, options);
    const auto stored = mirrors_->mirror(id)->stored;
    for (std::size_t i = 0; i < stored; ++i) {
      const auto entry = *mirrors_->entry(id, i);
      EXPECT_EQ(entry.leaf, log_.leaves()[i]);
      if (entry.salt) {
        EXPECT_EQ(entry.body, log_.bodies()[i]);
      }
    }
    return report;
  }

  /// The resources that a pull from `held` to `size` asks for.
  std::vector<std::string> resources(std::size_t held, std::size_t size) {
    std::vector<std::string> paths;
    pull(held, size, [&](const std::string& path, Result<FetchResponse>& response) {
      if (response) paths.push_back(path);
    });
    return paths;
  }

  /// A whole bundle may stand in for its new part; of what is held already nothing is taken from
  /// it.
  bool is_held(const std::string& target, std::size_t at, std::size_t held) const {
    if (held == 0 || !target.starts_with("/log/tile/entries/000")) return false;
    const TilePath edge{TileKind::kEntries, 0, 0, static_cast<unsigned>(held)};
    return at < log_.serve(format_tile_path(edge), held)->size();
  }

  FakeLog log_;
  FakeNetwork network_;
  std::unique_ptr<MemoryMirrors> mirrors_;
};

TEST_F(PullerTamperTest, NoFlippedByteIsEverStored) {
  for (const auto& [held, size] :
       std::vector<std::pair<std::size_t, std::size_t>>{{0, 3}, {2, 5}, {255, 258}}) {
    log_.grow_to(size);
    for (const auto& target : resources(held, size)) {
      bool past_the_end = false;
      // Every byte of small trees; large resources are sampled with a stride that is prime to their
      // structure.
      for (std::size_t at = 0; !past_the_end; at += size > 100 ? 131 : 1) {
        const auto report =
            pull(held, size, [&](const std::string& path, Result<FetchResponse>& response) {
              if (path != target || !response) return;
              past_the_end = at >= response->body.size();
              if (!past_the_end) response->body[at] = static_cast<char>(response->body[at] ^ 1);
            });
        if (past_the_end) break;
        // A head with a changed unknown signature name is the one thing that may still verify:
        // there is none here.
        EXPECT_TRUE(report.error || is_held(target, at, held)) << target << " byte " << at;
      }
    }
  }
}

TEST_F(PullerTamperTest, NoZeroedHashIsEverAccepted) {
  for (const std::size_t size : {257U, 512U, 600U}) {
    log_.grow_to(size);
    for (const std::size_t held : {std::size_t{0}, std::size_t{100}, std::size_t{256}}) {
      for (std::size_t hash = 0; hash * kTileWidth < size; ++hash) {
        bool tampered = false;
        const auto report =
            pull(held, size, [&](const std::string& path, Result<FetchResponse>& response) {
              if (path.find("/tile/1/") == std::string::npos || !response ||
                  response->body.size() < (hash + 1) * 32)
                return;
              response->body.replace(hash * 32, 32, 32, '\0');
              tampered = true;
            });
        if (tampered) {
          EXPECT_TRUE(report.error);
          EXPECT_NE(report.error->code, ErrorCode::kInconsistent)
              << "a lying peer must not accuse the log";
        }
      }
    }
  }
}

TEST_F(PullerTamperTest, NoCutOrLengthenedResourceIsAccepted) {
  log_.grow_to(300);
  for (const auto& target : resources(100, 300)) {
    for (const int change : {-1, -40, 1, 40}) {
      const auto report =
          pull(100, 300, [&](const std::string& path, Result<FetchResponse>& response) {
            if (path != target || !response) return;
            auto& body = response->body;
            if (change < 0) {
              body.resize(body.size() - std::min(body.size(), static_cast<std::size_t>(-change)));
            } else {
              body.append(static_cast<std::size_t>(change), 'x');
            }
          });
      EXPECT_TRUE(report.error) << target << " " << change;
    }
  }
}

TEST_F(PullerTamperTest, NoBundleIsAcceptedInPlaceOfAnother) {
  log_.grow_to(600);
  const auto report = pull(0, 600, [&](const std::string& path, Result<FetchResponse>& response) {
    if (path == "/log/tile/entries/000" && response)
      response->body = *log_.serve("tile/entries/001", 600);
  });
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kBadProof);
}

TEST_F(PullerTamperTest, ALyingOriginIsReplacedByAnHonestMirror) {
  log_.grow_to(600);
  network_["http://mirror"].log = &log_;
  network_["http://mirror"].size = 600;
  for (const char* lie : {"/tile/1/", "/tile/entries/001", "/tile/entries/002", "/bodies/"}) {
    mirrors_ = std::make_unique<MemoryMirrors>();
    const LogId id = mirrors_->add_log(kOrigin);
    network_[kHome].log = &log_;
    network_[kHome].size = 600;
    network_[kHome].tamper = [lie](const std::string& path, Result<FetchResponse>& response) {
      if (path.find(lie) != std::string::npos && response)
        response->body[40] = static_cast<char>(response->body[40] ^ 4);
    };
    PullJob job{{id, kOrigin, false},
                log_.keys(),
                {origin_location(kHome), mirror_location("http://mirror", kOrigin)},
                {}};
    const auto report = pull_log(job, network_.opener(), *mirrors_, *mirrors_);
    EXPECT_FALSE(report.error) << lie << report.error->detail;
    EXPECT_EQ(report.entries, 600U);
    EXPECT_EQ(report.absent, 0U);
  }
}

}  // namespace
}  // namespace dure::node
