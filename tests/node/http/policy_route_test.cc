// SPDX-License-Identifier: Apache-2.0
// The policy of one log, as anybody may fetch it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dure/checkpoint.h"
#include "dure/quorum.h"
#include "federation-protocol/charter_fixture.h"
#include "http/routes/charter_routes.h"
#include "support/memory_charter_store.h"

namespace dure::node::http {
namespace {

class PolicyRouteTest : public ::testing::Test {
 protected:
  PolicyRouteTest() {
    charter_ = dure::testing::founding_charter();
    auto opened = CharterBook::open(store_, [] { return 1'795'000'000 + std::int64_t{86'400}; });
    if (!opened) std::abort();
    book_ = std::move(*opened);
    CharterPorts ports;
    ports.book = book_.get();
    ports.policy = [this](const std::string& origin) -> Result<std::string> {
      const auto policy = policy_for(charter_, origin);
      if (!policy) return policy.error();
      return format_policy(*policy);
    };
    add_charter_routes(router_, std::move(ports));
  }
  void found() { ASSERT_TRUE(book_->found(dure::testing::sign(charter_, {1, 2}))); }
  Response get(const std::string& hash) {
    Request request;
    request.method = "GET";
    request.path = "/federation/policy/" + hash;
    return router_.handle(request);
  }

  MemoryCharterStore store_;
  Charter charter_;
  std::unique_ptr<CharterBook> book_;
  Router router_;
};

TEST_F(PolicyRouteTest, TellsKeysAndQuorumOfEachLogInTheCharter) {
  found();
  ASSERT_FALSE(charter_.members.empty());
  for (const CharterMember& member : charter_.members) {
    const std::string& origin = member.logs.front().key.name();
    const auto answer = get(origin_hash(origin));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "text/plain; charset=utf-8");
    const auto policy = parse_policy(*answer.body);
    ASSERT_TRUE(policy) << *answer.body;
    ASSERT_EQ(policy->logs.size(), 1U);
    EXPECT_EQ(policy->logs[0].key.name(), origin);
    EXPECT_EQ(policy->quorum, charter_.members.size() > 1 ? "quorum" : "none");
  }
}

TEST_F(PolicyRouteTest, HasNoneForOtherLogsAndOtherSpellings) {
  found();
  const std::string hash = origin_hash(charter_.members[0].logs[0].key.name());
  EXPECT_EQ(get(origin_hash("nowhere.example/dure/1")).status, 404);
  EXPECT_EQ(get(hash.substr(1)).status, 404);
  EXPECT_EQ(get(hash + "0").status, 404);
  std::string upper = hash;
  for (char& c : upper) c = static_cast<char>(c >= 'a' ? c - 32 : c);
  EXPECT_EQ(get(upper).status, 404);
}

TEST_F(PolicyRouteTest, HasNoneBeforeThereIsACharter) {
  EXPECT_EQ(get(origin_hash(charter_.members[0].logs[0].key.name())).status, 404);
}

}  // namespace
}  // namespace dure::node::http
