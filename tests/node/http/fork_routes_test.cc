// SPDX-License-Identifier: Apache-2.0
#include "http/routes/fork_routes.h"

#include <gtest/gtest.h>

#include "support/fake_log.h"
#include "support/memory_evidence.h"
#include "support/memory_mirrors.h"

namespace dure::node::http {
namespace {

constexpr const char* kOrigin = "suwon.go.kr/dure/1";

class ForkRoutesTest : public ::testing::Test {
 protected:
  ForkRoutesTest() {
    FakeLog one(kOrigin), other(kOrigin);
    one.grow_to(3);
    other.append("another history");
    other.grow_to(3);
    const auto proof = prove_fork(kOrigin, {one.note(3), {}}, {other.note(3), {}}, one.keys());
    file_ = format_fork_proof(*proof);
    EXPECT_TRUE(evidence_.keep_fork({fork_name(file_), kOrigin, file_, 1, ""}, ""));
    forks_ = std::move(*ForkWatch::open(evidence_, logs_, {}, {}));
    add_fork_routes(router_, *forks_);
  }
  Response get(const std::string& path) {
    Request request;
    request.method = "GET";
    request.path = path;
    return router_.handle(request);
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }

  std::string file_;
  MemoryEvidence evidence_;
  MemoryMirrors logs_;
  std::unique_ptr<ForkWatch> forks_;
  Router router_;
};

TEST_F(ForkRoutesTest, ListsWhatIsHereWithATagOfItsContents) {
  const auto list = get("/federation/forks");
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(list.content_type, "application/json");
  EXPECT_EQ(*parse_fork_list(*list.body), (std::vector<ListedFork>{{fork_name(file_), kOrigin}}));
  EXPECT_EQ(header(list, "Cache-Control"), "no-cache");
  const auto tag = header(list, "ETag");
  EXPECT_EQ(tag.size(), 34U);
  EXPECT_EQ(header(get("/federation/forks"), "ETag"), tag);
}

TEST_F(ForkRoutesTest, ServesAProofUnderItsHash) {
  const auto proof = get("/federation/forks/" + fork_name(file_));
  EXPECT_EQ(proof.status, 200);
  EXPECT_EQ(*proof.body, file_);
  EXPECT_EQ(proof.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(header(proof, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(proof, "ETag"), '"' + fork_name(file_).substr(0, 32) + '"');
}

TEST_F(ForkRoutesTest, KnowsNoOtherName) {
  for (const std::string& name : {std::string(64, 'a'), std::string("x"),
                                  "A" + fork_name(file_).substr(1), fork_name(file_) + "/x"})
    EXPECT_EQ(get("/federation/forks/" + name).status, 404) << name;
}

}  // namespace
}  // namespace dure::node::http
