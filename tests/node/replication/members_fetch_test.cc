// SPDX-License-Identifier: Apache-2.0
// Members-only bodies from several places, some of them empty, broken or lying.
#include "replication/members_fetch.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/memory_mirrors.h"
#include "support/sample_entries.h"

namespace dure::node {
namespace {

constexpr std::uint64_t kCount = 300;  // two bundles

/// Which bodies are here.
class MemoryMembers final : public MembersStore {
 public:
  std::set<std::uint64_t> absent;
  std::map<std::uint64_t, std::string> stored;
  Error* fail = nullptr;

  Result<std::vector<std::uint64_t>> entries(LogId, std::uint64_t, std::size_t) override {
    return std::vector<std::uint64_t>();
  }
  Result<std::vector<std::uint64_t>> missing(LogId, std::uint64_t first,
                                             std::size_t limit) override {
    std::vector<std::uint64_t> found;
    for (const auto index : absent)
      if (index >= first && found.size() < limit) found.push_back(index);
    return found;
  }
  Result<Bytes> bundle(LogId, std::uint64_t, std::uint64_t, std::size_t) override {
    return Bytes();
  }
  Status store(LogId, std::vector<ArrivedBody> bodies, Wanted) override {
    if (fail != nullptr) return *fail;
    for (auto& body : bodies) {
      absent.erase(body.index);
      stored[body.index] = std::move(body.body);
    }
    return ok();
  }
};

/// A place with some of the bodies.
struct Place {
  std::set<std::uint64_t> has;
  std::size_t most = 256;  // entries in one answer
  bool lies = false;
  std::optional<Error> error = {};
  std::vector<std::string> asked = {};
};

class PlaceSource final : public Source {
 public:
  explicit PlaceSource(Place& place) : place_(place) {}
  Result<FetchResponse> fetch(const FetchRequest& request) override {
    place_.asked.push_back(request.path);
    EXPECT_TRUE(request.sign);
    if (place_.error) return *place_.error;
    const auto mark = request.path.find('?');
    const auto path = request.path.substr(0, mark);
    const auto tile = parse_tile_path("bodies" + path.substr(path.find('/', 20)));
    EXPECT_TRUE(tile) << request.path;
    std::uint64_t from = 0;
    if (mark != std::string::npos) from = *parse_decimal(request.path.substr(mark + 6));
    FetchResponse response;
    for (std::uint64_t i = from; i < tile->width && i < from + place_.most; ++i) {
      const std::uint64_t index = tile->index * kTileWidth + i;
      const auto entry = test_entry(index);
      if (place_.has.count(index) == 0)
        append_absent_to_body_bundle(response.body);
      else
        append_to_body_bundle(response.body, entry.salt, place_.lies ? "{}" : entry.body);
    }
    EXPECT_LE(response.body.size(), request.max_bytes);
    return response;
  }

 private:
  Place& place_;
};

class MembersFetchTest : public testing::Test {
 protected:
  MembersFetchTest() {
    log_ = logs_.add_log(kTestOrigin);
    std::vector<MirroredEntry> entries;
    for (std::uint64_t i = 0; i < kCount; ++i) {
      entries.push_back(test_mirrored(i, EntryClass::kMembers));
      entries.back().salt.reset();
      entries.back().body.clear();
    }
    const std::span all(entries);
    for (const std::size_t first : {0U, 256U}) {
      const auto part = all.subspan(first, std::min<std::size_t>(256, kCount - first));
      logs_.store(log_, {first, {part.begin(), part.end()}}, [](const Status&) {});
    }
    job_ = {{log_, std::string(kTestOrigin), false}, {"a", "b"}};
  }
  MembersReport fetch() {
    return fetch_members_bodies(
        job_,
        [this](const std::string& url) -> Result<std::unique_ptr<Source>> {
          return std::unique_ptr<Source>(std::make_unique<PlaceSource>(places_[url]));
        },
        logs_, members_);
  }

  MemoryMirrors logs_;
  LogId log_ = 0;
  MembersJob job_;
  MemoryMembers members_;
  std::map<std::string, Place> places_;
};

TEST_F(MembersFetchTest, NamesOneBundle) {
  EXPECT_EQ(members_bodies_path("ab", 0, 256), "/federation/bodies/ab/000");
  EXPECT_EQ(members_bodies_path("ab", 2, 3), "/federation/bodies/ab/000.p/3?from=2");
  EXPECT_EQ(members_bodies_path("ab", 256, 300), "/federation/bodies/ab/001.p/44");
}

TEST_F(MembersFetchTest, BringsManyWithOneRequestForEachBundle) {
  members_.absent = {3, 200, 255, 256, 299};
  places_["a"].has = members_.absent;
  const auto report = fetch();
  EXPECT_EQ(report.arrived, 5U);
  EXPECT_EQ(report.missing, 0U);
  EXPECT_FALSE(report.error);
  EXPECT_EQ(places_["a"].asked.size(), 2U);
  EXPECT_TRUE(places_["b"].asked.empty()) << "nothing was missing any more";
  EXPECT_EQ(members_.stored[299], test_entry(299).body);
}

TEST_F(MembersFetchTest, GoesOnWhereAnAnswerEndedEarly) {
  members_.absent = {0, 1, 2, 3, 4};
  places_["a"] = {{0, 1, 2, 3, 4}, 2};
  EXPECT_EQ(fetch().arrived, 5U);
  EXPECT_EQ(places_["a"].asked.size(), 3U);
}

TEST_F(MembersFetchTest, AsksTheNextForWhatOneLacks) {
  members_.absent = {1, 2, 3};
  places_["a"].has = {2};
  places_["b"].has = {1};
  const auto report = fetch();
  EXPECT_EQ(report.arrived, 2U);
  EXPECT_EQ(report.missing, 1U);
  EXPECT_FALSE(report.error) << "to lack one is no fault";
}

TEST_F(MembersFetchTest, APlaceThatLiesOrFailsIsPassedOver) {
  members_.absent = {1, 2};
  places_["b"].has = {1, 2};
  places_["a"] = {{1, 2}, 256, /*lies=*/true};
  auto report = fetch();
  EXPECT_EQ(report.error->code, ErrorCode::kBadCommitment);
  EXPECT_EQ(members_.stored[1], test_entry(1).body);
  EXPECT_EQ(report.missing, 0U);
  for (const auto code : {ErrorCode::kUnavailable, ErrorCode::kRefused, ErrorCode::kNotFound}) {
    members_.absent = {1, 2};
    places_["a"].lies = false;
    places_["a"].error = Error{code, "so"};
    report = fetch();
    EXPECT_EQ(report.arrived, 2U);
    EXPECT_EQ(report.error.has_value(), code != ErrorCode::kNotFound);
  }
}

TEST_F(MembersFetchTest, TellsThatStoringFailed) {
  members_.absent = {1};
  places_["a"].has = {1};
  Error full{ErrorCode::kStorage, "full"};
  members_.fail = &full;
  const auto report = fetch();
  EXPECT_EQ(report.error->code, ErrorCode::kStorage);
  EXPECT_EQ(report.missing, 1U);
}

}  // namespace
}  // namespace dure::node
