// SPDX-License-Identifier: Apache-2.0
#include "http/routes/log_routes.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

// Two logs; a tile's content is its path and the arguments it was asked with.
class FakeLogs final : public LogReader {
 public:
  Result<std::vector<KnownLog>> logs() override {
    ++list_calls;
    return known;
  }
  Result<KnownLog> log_by_origin(std::string_view) override {
    return Error{ErrorCode::kNotFound, ""};
  }
  Result<std::string> head(LogId log) override {
    const auto size = log == 1 ? own_size : std::uint64_t{70'000};
    if (size == 0) return Error{ErrorCode::kNotFound, "nothing was published yet"};
    return "origin\n" + std::to_string(size) + "\nroot\n\n— signature\n";
  }
  Result<std::uint64_t> stored(LogId) override { return own_size + 1000; }
  Result<Bytes> tile(LogId log, const TilePath& tile, std::size_t from,
                     std::size_t soft_limit) override {
    ++tile_calls;
    if (fails) return Error{ErrorCode::kStorage, "the disk is broken"};
    auto text = std::to_string(log) + ":" + format_tile_path(tile) + "?" + std::to_string(from);
    if (soft_limit != SIZE_MAX) text += "!" + std::to_string(soft_limit);
    return text;
  }
  Result<MirroredEntry> entry(LogId, std::uint64_t) override {
    return Error{ErrorCode::kNotFound, ""};
  }
  Status scan(LogId, std::uint64_t, std::uint64_t,
              const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>&)
      override {
    return ok();
  }
  Result<Hash> node(LogId, unsigned, std::uint64_t) override { return Hash{}; }

  std::vector<KnownLog> known = {{1, "suwon.go.kr/dure/1", true},
                                 {2, "goyang.go.kr/dure/1", false}};
  std::uint64_t own_size = 600;  // two full bundles and 88
  int list_calls = 0, tile_calls = 0;
  bool fails = false;
};

class LogRoutesTest : public ::testing::Test {
 protected:
  LogRoutesTest() {
    LogRouteOptions options;
    options.clock = [this] { return now_; };
    add_log_routes(router_, logs_, options);
  }
  Response get(const std::string& path,
               std::vector<std::pair<std::string, std::string>> query = {}) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.query = std::move(query);
    return router_.handle(request);
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  FakeLogs logs_;
  Router router_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
};

TEST_F(LogRoutesTest, ServesTheCheckpointFresh) {
  const auto answer = get("/log/checkpoint");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(header(answer, "Cache-Control"), "no-cache");
  const auto tag = header(answer, "ETag");
  EXPECT_EQ(tag.size(), 34U);
  logs_.own_size = 601;
  EXPECT_NE(header(get("/log/checkpoint"), "ETag"), tag);
}

TEST_F(LogRoutesTest, HasNoCheckpointBeforeTheFirst) {
  logs_.own_size = 0;
  EXPECT_EQ(get("/log/checkpoint").status, 404);
  EXPECT_EQ(get("/log/tile/0/000.p/1").status, 404);
}

TEST_F(LogRoutesTest, ServesExactlyTheTilesOfPublishedHeads) {
  for (const auto* path :
       {"tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/0/002.p/1", "tile/1/000.p/2",
        "tile/1/000.p/1", "tile/0/001.p/255", "tile/entries/001", "tile/entries/002.p/88",
        "bodies/000", "bodies/002.p/88"}) {
    const auto answer = get(std::string("/log/") + path);
    EXPECT_EQ(answer.status, 200) << path;
    ASSERT_TRUE(answer.body) << path;
    EXPECT_EQ(answer.body->rfind(std::string("1:") + path, 0), 0U) << *answer.body;
  }
  for (const auto* path : {"tile/0/002", "tile/0/002.p/89", "tile/0/003.p/1", "tile/1/000",
                           "tile/1/000.p/3", "tile/2/000.p/1", "tile/entries/002",
                           "tile/entries/002.p/89", "bodies/002", "bodies/003.p/1"}) {
    EXPECT_EQ(get(std::string("/log/") + path).status, 404) << path;
  }
}

TEST_F(LogRoutesTest, KnowsNoOtherSpellings) {
  for (const auto* path :
       {"tile/0/0", "tile/0/002.p/0", "tile/0/002.p/256", "tile/0/002.p/088", "tile/00/000",
        "tile/0/x000/001", "tile/x/000", "tile/entries", "bodies/0", "tile/0/000/"}) {
    EXPECT_EQ(get(std::string("/log/") + path).status, 404) << path;
  }
  EXPECT_EQ(get("/log/tile/0/000", {{"x", "1"}}).status, 400);
}

TEST_F(LogRoutesTest, TilesMayBeKeptForEver) {
  const auto tile = get("/log/tile/0/002.p/88");
  EXPECT_EQ(tile.content_type, "application/octet-stream");
  EXPECT_EQ(header(tile, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_TRUE(tile.allow_range);
  EXPECT_FALSE(tile.allow_gzip);
  const auto bundle = get("/log/tile/entries/000");
  EXPECT_TRUE(bundle.allow_range);
  EXPECT_TRUE(bundle.allow_gzip);
}

TEST_F(LogRoutesTest, BodiesMayChangeAndStartAnywhere) {
  const auto bodies = get("/log/bodies/002.p/88", {{"from", "87"}});
  EXPECT_EQ(*bodies.body, "1:bodies/002.p/88?87!4194304");
  EXPECT_EQ(header(bodies, "Cache-Control"), "public, max-age=60");
  EXPECT_FALSE(header(bodies, "ETag").empty());
  EXPECT_TRUE(bodies.allow_gzip);
  EXPECT_FALSE(bodies.allow_range);
  for (const auto* from : {"88", "-1", "", "01", "x"}) {
    EXPECT_EQ(get("/log/bodies/002.p/88", {{"from", from}}).status, 400) << from;
  }
  EXPECT_EQ(get("/log/tile/entries/000", {{"from", "1"}}).status, 400);
}

TEST_F(LogRoutesTest, ReadsImmutableTilesOnceAndOthersEachTime) {
  get("/log/tile/0/000");
  get("/log/tile/0/000");
  EXPECT_EQ(logs_.tile_calls, 1);
  get("/log/tile/0/002.p/88");
  get("/log/tile/0/002.p/88");
  get("/log/bodies/000");
  get("/log/bodies/000");
  EXPECT_EQ(logs_.tile_calls, 5);
}

TEST_F(LogRoutesTest, ServesMirrorsByTheHashOfTheirOrigin) {
  const auto mirror = "/mirror/" + origin_hash("goyang.go.kr/dure/1");
  EXPECT_EQ(get(mirror + "/checkpoint").status, 200);
  EXPECT_EQ(*get(mirror + "/tile/1/001.p/17").body, "2:tile/1/001.p/17?0");
  EXPECT_EQ(*get(mirror + "/tile/0/000").body, "2:tile/0/000?0");
  EXPECT_EQ(*get("/log/tile/0/000").body, "1:tile/0/000?0") << "the cache must not mix logs up";
  EXPECT_EQ(get("/mirror/" + std::string(64, '0') + "/checkpoint").status, 404);
}

TEST_F(LogRoutesTest, FindsNewLogsWithoutAQueryPerRequest) {
  const auto path = "/mirror/" + origin_hash("paju.go.kr/dure/1") + "/checkpoint";
  for (int i = 0; i < 10; ++i) EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(logs_.list_calls, 1);
  logs_.known.push_back({3, "paju.go.kr/dure/1", false});
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(get(path).status, 200);
}

TEST_F(LogRoutesTest, TellsNothingAboutTheDisk) {
  logs_.fails = true;
  const auto answer = get("/log/tile/0/000");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body->find("disk"), std::string::npos);
  EXPECT_EQ(answer.note, "the disk is broken");
  logs_.fails = false;
  EXPECT_EQ(get("/log/tile/0/000").status, 200) << "a failure must not be cached";
}

}  // namespace
}  // namespace dure::node::http
