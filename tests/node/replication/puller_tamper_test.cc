// SPDX-License-Identifier: Apache-2.0
// Whatever a peer changes in whatever it serves, nothing wrong is ever stored.
#include <gtest/gtest.h>

#include <algorithm>

#include "node/replication/names.h"
#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

class PullerTamperTest : public testing::Test {
 protected:
  PullerTamperTest() : log_(kOrigin) {}

  using Tamper = std::function<void(const std::string&, Result<FetchResponse>&)>;

  /// A mirror that holds the first `held` entries and serves their head.
  void hold(std::size_t held) {
    mirrors_ = std::make_unique<MemoryMirrors>();
    id_ = mirrors_->add_log(kOrigin);
    for (std::size_t first = 0; first < held; first += kTileWidth) {
      VerifiedBundle bundle{first, {}};
      for (std::size_t i = first; i < std::min(held, first + kTileWidth); ++i)
        bundle.entries.push_back({log_.leaves()[i], log_.salts()[i], log_.bodies()[i]});
      mirrors_->store(id_, std::move(bundle), [](const Status& stored) { EXPECT_TRUE(stored); });
    }
    if (held > 0) {
      EXPECT_TRUE(mirrors_->complete(id_, log_.note(held)));
    }
  }

  /// Pulls a tampered log into a mirror that holds `held` entries. Whatever comes of it, what is
  /// stored is the truth to the byte, and the served head is one of which everything is here.
  PullReport pull(std::size_t held, std::size_t size, Tamper tamper) {
    hold(held);
    network_[kHome].log = &log_;
    network_[kHome].size = size;
    network_[kHome].tamper = std::move(tamper);
    const PullJob job{{id_, kOrigin, false}, log_.keys(), {origin_location(kHome)}, {}};
    PullOptions options;
    options.connections = 1;
    auto report = pull_log(job, network_.opener(), *mirrors_, *mirrors_, options);
    const auto stored = mirrors_->mirror(id_)->stored;
    EXPECT_GE(stored, held);
    for (std::size_t i = 0; i < stored; ++i) {
      const auto entry = *mirrors_->entry(id_, i);
      EXPECT_EQ(entry.leaf, log_.leaves()[i]);
      EXPECT_TRUE(entry.salt == log_.salts()[i]) << "the salt of entry " << i;
      EXPECT_EQ(entry.body, log_.bodies()[i]);
    }
    const auto head = mirrors_->head(id_);
    const std::size_t served = report.error ? held : size;
    EXPECT_EQ(head ? *head : std::string(), served == 0 ? std::string() : log_.note(served));
    if (!report.error) {
      EXPECT_EQ(stored, size);
    }
    return report;
  }

  /// An honest answer of a pull from `held` to `size`.
  struct Fetched {
    std::string path;
    bool partial = false;
    Bytes body;
  };
  std::vector<Fetched> answers(std::size_t held, std::size_t size) {
    std::vector<Fetched> all;
    const auto report =
        pull(held, size, [&](const std::string& path, Result<FetchResponse>& response) {
          if (response) all.push_back({path, response->partial, response->body});
        });
    EXPECT_FALSE(report.error);
    return all;
  }

  FakeLog log_;
  FakeNetwork network_;
  std::unique_ptr<MemoryMirrors> mirrors_;
  LogId id_ = 0;

  static std::vector<bool> unread_bytes(const Fetched& answer, std::size_t held);
};

/// Which bytes of an answer nobody reads. A whole tile may come where only its new part was wanted
/// (compressed, a whole bundle is shorter than the rest of it is plain; and a server need not know
/// ranges). Of what is held already nothing is taken from it then: the hashes of such a tile and
/// the contents of such leaves are skipped. The lengths of the leaves are read, to skip them.
std::vector<bool> PullerTamperTest::unread_bytes(const Fetched& answer, std::size_t held) {
  std::vector<bool> unread(answer.body.size(), false);
  const auto tile = parse_tile_path(std::string_view(answer.path).substr(5));
  if (!tile || answer.partial || tile->kind == TileKind::kBodies) return unread;
  if (tile->kind == TileKind::kHashes) {
    const std::size_t known =
        (held + kTileWidth - 1) / kTileWidth;  // bundles that are not asked for
    const std::size_t before = static_cast<std::size_t>(tile->index) * kTileWidth;
    const std::size_t skipped = known > before ? known - before : 0;
    std::fill_n(unread.begin(), std::min(skipped * sizeof(Hash), unread.size()), true);
    return unread;
  }
  if (tile->index != held / kTileWidth) return unread;
  std::size_t at = 0;
  for (std::size_t i = 0; i < held % kTileWidth; ++i) {
    const std::size_t length = static_cast<std::uint8_t>(answer.body[at]) * 256U +
                               static_cast<std::uint8_t>(answer.body[at + 1]);
    std::fill_n(unread.begin() + static_cast<std::ptrdiff_t>(at + 2), length, true);
    at += 2 + length;
  }
  return unread;
}

struct Growth {
  std::size_t held, size;
  bool honours_range;
  std::size_t stride;  // of the bytes that are tried; prime to the structure where it is not 1
};

class FlippedByteTest : public PullerTamperTest, public testing::WithParamInterface<Growth> {};

TEST_P(FlippedByteTest, IsRefusedIfItIsReadAndChangesNothingIfItIsNot) {
  const auto [held, size, honours_range, stride] = GetParam();
  log_.grow_to(size);
  network_[kHome].honours_range = honours_range;
  std::size_t read = 0, unread = 0;
  for (const auto& target : answers(held, size)) {
    const auto skipped = unread_bytes(target, held);
    for (std::size_t at = 0; at < target.body.size(); at += stride) {
      const auto report =
          pull(held, size, [&](const std::string& path, Result<FetchResponse>& response) {
            if (path == target.path && response)
              response->body[at] = static_cast<char>(response->body[at] ^ 1);
          });
      EXPECT_EQ(report.error.has_value(), !skipped[at]) << target.path << " byte " << at;
      ++(skipped[at] ? unread : read);
    }
  }
  EXPECT_GT(read, 50U);
  const bool repeats = !honours_range || (held == 2 && size == 5);
  EXPECT_EQ(unread > 0, repeats) << "which answers repeat what is held?";
}

INSTANTIATE_TEST_SUITE_P(
    Growths, FlippedByteTest,
    testing::Values(Growth{0, 3, true, 1},          // everything is new
                    Growth{2, 5, true, 1},          // the whole bundle instead of its rest
                    Growth{40, 43, true, 1},        // a range of the bundle
                    Growth{40, 43, false, 3},       // and of a server that knows no ranges
                    Growth{255, 258, true, 1},      // over the edge of a bundle
                    Growth{256, 513, true, 131},    // a range of a hash tile
                    Growth{256, 513, false, 131}),  // and of a server that knows no ranges
    [](const auto& growth) {
      return std::to_string(growth.param.held) + "_to_" + std::to_string(growth.param.size) +
             (growth.param.honours_range ? "" : "_without_ranges");
    });

// The hash that a whole tile repeats is not read; the new one is.
TEST_F(PullerTamperTest, OfAWholeHashTileOnlyTheNewHashesAreRead) {
  log_.grow_to(600);
  network_[kHome].honours_range = false;
  for (std::size_t at = 0; at < 2 * sizeof(Hash); ++at) {
    const auto report =
        pull(256, 600, [&](const std::string& path, Result<FetchResponse>& response) {
          if (path == "/log/tile/1/000.p/2" && response)
            response->body[at] = static_cast<char>(response->body[at] ^ 0x80);
        });
    EXPECT_EQ(report.error.has_value(), at >= sizeof(Hash)) << "byte " << at;
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
  for (const auto& target : answers(100, 300)) {
    for (const int change : {-1, -40, 1, 40}) {
      const auto report =
          pull(100, 300, [&](const std::string& path, Result<FetchResponse>& response) {
            if (path != target.path || !response) return;
            auto& body = response->body;
            if (change < 0) {
              body.resize(body.size() - std::min(body.size(), static_cast<std::size_t>(-change)));
            } else {
              body.append(static_cast<std::size_t>(change), 'x');
            }
          });
      EXPECT_TRUE(report.error) << target.path << " " << change;
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
