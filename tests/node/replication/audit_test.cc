// SPDX-License-Identifier: Apache-2.0
// Every kind of damage is found, named and located.
#include "replication/audit.h"

#include <gtest/gtest.h>

#include "node/replication/names.h"
#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

/// A mirror that shows some things otherwise than it holds them.
class DamagedReader : public LogReader {
 public:
  explicit DamagedReader(MemoryMirrors& sound) : sound_(sound) {}
  std::function<void(const TilePath&, Bytes&)> damage_tile;
  std::function<bool(std::uint64_t, std::string&, std::string& body)>
      damage_entry;  // false: not there
  std::optional<std::string> other_head;

  Result<std::vector<KnownLog>> logs() override { return sound_.logs(); }
  Result<KnownLog> log_by_origin(std::string_view origin) override {
    return sound_.log_by_origin(origin);
  }
  Result<std::string> head(LogId log) override {
    return other_head ? *other_head : sound_.head(log);
  }
  Result<std::uint64_t> stored(LogId log) override { return sound_.stored(log); }
  Result<Bytes> tile(LogId log, const TilePath& tile, std::size_t from,
                     std::size_t limit) override {
    auto bytes = sound_.tile(log, tile, from, limit);
    if (bytes && damage_tile) damage_tile(tile, *bytes);
    return bytes;
  }
  Result<MirroredEntry> entry(LogId log, std::uint64_t index) override {
    return sound_.entry(log, index);
  }
  Status scan(LogId log, std::uint64_t first, std::uint64_t count,
              const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>&
                  each) override {
    return sound_.scan(
        log, first, count,
        [&](std::uint64_t index, std::string_view leaf, std::optional<BodyView> body) {
          std::string own_leaf(leaf), own_body(body ? body->body : std::string_view{});
          if (damage_entry && !damage_entry(index, own_leaf, own_body)) return true;
          if (body) body->body = own_body;
          return each(index, own_leaf, body);
        });
  }
  Result<Hash> node(LogId log, unsigned level, std::uint64_t index) override {
    return sound_.node(log, level, index);
  }

 private:
  MemoryMirrors& sound_;
};

class AuditTest : public testing::Test {
 protected:
  AuditTest() : log_(kOrigin), reader_(mirrors_) {
    id_ = mirrors_.add_log(kOrigin);
    log_.grow_to(600);
    network_["http://home"].log = &log_;
    network_["http://home"].size = 600;
    const PullJob job{{id_, kOrigin, false}, log_.keys(), {origin_location("http://home")}, {}};
    EXPECT_FALSE(pull_log(job, network_.opener(), mirrors_, mirrors_).error);
  }
  AuditReport audit() {
    return *audit_log({{id_, kOrigin, false}, log_.keys()}, reader_, {.threads = 2});
  }
  /// The only damage there is.
  Damage only_damage() {
    const auto report = audit();
    EXPECT_EQ(report.damage_count, 1U);
    return report.damages.empty() ? Damage{} : report.damages.front();
  }

  FakeLog log_;
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  DamagedReader reader_;
  LogId id_ = 0;
};

TEST_F(AuditTest, FindsNothingWrongWithASoundLog) {
  const auto report = audit();
  EXPECT_EQ(report.damage_count, 0U) << report.damages.front().detail;
  EXPECT_EQ(report.size, 600U);
  EXPECT_EQ(report.bodies, 600U);
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < 600; ++i) bytes += log_.leaves()[i].size() + log_.bodies()[i].size();
  EXPECT_EQ(report.bytes, bytes);
}

TEST_F(AuditTest, FindsAChangedBody) {
  reader_.damage_entry = [](std::uint64_t index, std::string&, std::string& body) {
    if (index == 300) body[0] = 'B';
    return true;
  };
  const auto damage = only_damage();
  EXPECT_EQ(damage.kind, DamageKind::kBody);
  EXPECT_EQ(damage.index, 300U);
  EXPECT_EQ(damage.remedy, "fsck.remedy.pull");
}

TEST_F(AuditTest, FindsAChangedLeafAndThatTheRootIsNotReached) {
  reader_.damage_entry = [](std::uint64_t index, std::string& leaf, std::string&) {
    if (index == 17) leaf[leaf.size() / 2] = '0';
    return true;
  };
  const auto report = audit();
  ASSERT_GE(report.damage_count, 2U);
  const auto is = [&](DamageKind kind, std::uint64_t index) {
    return std::any_of(report.damages.begin(), report.damages.end(),
                       [&](const Damage& d) { return d.kind == kind && d.index == index; });
  };
  EXPECT_TRUE(is(DamageKind::kLeaf, 17));
  EXPECT_TRUE(is(DamageKind::kHead, 600));
}

TEST_F(AuditTest, FindsALeafThatTellsAnotherSizeThanItsBodyHas) {
  reader_.damage_entry = [](std::uint64_t index, std::string& leaf, std::string&) {
    if (index == 17) leaf.replace(leaf.find("1024"), 4, "2048");
    return true;
  };
  const auto report = audit();
  EXPECT_TRUE(std::any_of(report.damages.begin(), report.damages.end(), [](const Damage& damage) {
    return damage.index == 17 && damage.detail.find("another size") != std::string::npos;
  }));
}

TEST_F(AuditTest, FindsAMissingEntry) {
  for (const std::uint64_t missing : {0U, 255U, 256U, 599U}) {
    reader_.damage_entry = [missing](std::uint64_t index, std::string&, std::string&) {
      return index != missing;
    };
    const auto report = audit();
    ASSERT_FALSE(report.damages.empty());
    const auto found = std::any_of(
        report.damages.begin(), report.damages.end(),
        [&](const Damage& d) { return d.kind == DamageKind::kMissing && d.index == missing; });
    EXPECT_TRUE(found) << missing;
  }
}

TEST_F(AuditTest, FindsAChangedHashInEveryTile) {
  const std::vector<TilePath> tiles = {{TileKind::kHashes, 0, 0, 256},
                                       {TileKind::kHashes, 0, 1, 256},
                                       {TileKind::kHashes, 0, 2, 88},
                                       {TileKind::kHashes, 1, 0, 2}};
  for (const auto& target : tiles) {
    for (std::size_t hash = 0; hash < target.width; hash += 29) {
      reader_.damage_tile = [&](const TilePath& tile, Bytes& bytes) {
        if (tile == target) bytes.replace(hash * 32, 32, 32, '\0');
      };
      const auto report = audit();
      ASSERT_EQ(report.damage_count, 1U) << format_tile_path(target);
    }
  }
}

TEST_F(AuditTest, TellsAWrongTileFromAWrongLeaf) {
  reader_.damage_tile = [](const TilePath& tile, Bytes& bytes) {
    if (tile.level == 0 && tile.index == 1) bytes[5 * 32] = static_cast<char>(bytes[5 * 32] ^ 1);
  };
  const auto damage = only_damage();
  EXPECT_EQ(damage.kind, DamageKind::kTile);
  EXPECT_EQ(damage.index, 261U);
}

TEST_F(AuditTest, FindsAHeadThatTheEntriesDoNotReach) {
  FakeLog other(kOrigin);
  other.append("another history");
  other.grow_to(600);
  reader_.other_head = other.note(600);
  EXPECT_EQ(only_damage().kind, DamageKind::kHead);
  reader_.other_head = log_.note(600).substr(1);
  EXPECT_EQ(only_damage().kind, DamageKind::kHead);
}

TEST_F(AuditTest, AcceptsEveryEarlierHead) {
  for (const std::size_t size : {1U, 255U, 256U, 300U, 512U, 599U}) {
    reader_.other_head = log_.note(size);
    EXPECT_EQ(audit().damage_count, 0U) << size;
  }
}

TEST_F(AuditTest, FindsThatEntriesOfTheHeadAreMissing) {
  log_.grow_to(700);
  reader_.other_head = log_.note(700);
  EXPECT_EQ(only_damage().kind, DamageKind::kMissing);
}

TEST_F(AuditTest, ReportsWhatTheRecordTableGotWrong) {
  const AuditLog own{{id_, kOrigin, true}, log_.keys(), [](std::uint64_t index, const Leaf&) {
                       return index == 9 ? std::string("no row") : std::string();
                     }};
  const auto report = audit_log(own, reader_, {});
  ASSERT_EQ(report->damage_count, 1U);
  EXPECT_EQ(report->damages[0].kind, DamageKind::kRecord);
  EXPECT_EQ(report->damages[0].remedy, "fsck.remedy.reindex");
}

}  // namespace
}  // namespace dure::node
