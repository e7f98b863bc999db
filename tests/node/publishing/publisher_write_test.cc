// SPDX-License-Identifier: Apache-2.0
// A series of publications in which one write fails, each one there is, in both ways; the operator
// starts again when the node has stopped signing. What was acknowledged stays, and there is one
// history.
#include <map>

#include "node/publishing/publisher_fixture.h"

namespace dure::node {
namespace {

enum class Port { kAppend, kHeadLock, kPublishedHead };

struct Fault {
  Port port;
  Failure failure;
  int nth;
};

class PublisherWriteTest : public PublisherFixture, public testing::WithParamInterface<Fault> {
 protected:
  FailNext& port() {
    switch (GetParam().port) {
      case Port::kAppend:
        return log_.fail_append;
      case Port::kHeadLock:
        return lock_.fail_next;
      case Port::kPublishedHead:
        return log_.fail_publish_head;
    }
    return log_.fail_append;
  }
  /// Every receipt names an entry that is there and covered by the head that was promised.
  void expect_kept() {
    const auto entries = log_.entries();
    for (const auto& [title, receipt] : receipts_) {
      ASSERT_LT(receipt.index, entries.size()) << title;
      EXPECT_EQ(entries[receipt.index].id, receipt.id) << title;
      EXPECT_NE(entries[receipt.index].body.find(title), std::string::npos);
      EXPECT_GT(receipt.size, receipt.index);
      EXPECT_LE(receipt.size, locked_size());
    }
  }

  std::map<std::string, Receipt> receipts_;
};

TEST_P(PublisherWriteTest, FailsOnceAndLosesNothingAcknowledged) {
  port().arm(GetParam().failure, GetParam().nth);
  start();
  int refused = 0;
  for (int i = 0; i < 5; ++i) {
    const std::string title = "사업 " + std::to_string(i);
    const auto receipt = publisher().publish(service(title, "s:" + std::to_string(i)));
    if (receipt) {
      receipts_.emplace(title, *receipt);
    } else {
      ++refused;
      EXPECT_TRUE(receipt.error().code == ErrorCode::kStorage ||
                  receipt.error().code == ErrorCode::kQuarantined)
          << receipt.error().detail;
    }
    expect_kept();
    if (publisher().quarantine()) start();
  }
  EXPECT_FALSE(port().armed()) << "the write that was to fail never came";
  EXPECT_LE(refused, 1);
  if (GetParam().port == Port::kPublishedHead) {
    EXPECT_EQ(refused, 0) << "signed and durable all the same";
  }
  // Asking again finds what is there, and publishes what is not.
  for (int i = 0; i < 5; ++i) {
    const std::string title = "사업 " + std::to_string(i);
    const auto receipt = publisher().publish(service(title, "s:" + std::to_string(i)));
    ASSERT_TRUE(receipt) << receipt.error().detail;
    if (const auto told = receipts_.find(title); told != receipts_.end()) {
      EXPECT_TRUE(receipt->unchanged);
      EXPECT_EQ(receipt->index, told->second.index);
    }
    receipts_.insert_or_assign(title, *receipt);
  }
  EXPECT_EQ(log_.size(), 5U) << "an entry is there twice";
  start();
  EXPECT_FALSE(publisher().quarantine());
  publisher_.reset();
  expect_kept();
  expect_one_history();
  EXPECT_EQ(locked_size(), 5U);
  EXPECT_EQ(*lock_.head(), *log_.published_head());
}

std::vector<Fault> every_fault() {
  std::vector<Fault> faults;
  for (const Port port : {Port::kAppend, Port::kHeadLock, Port::kPublishedHead}) {
    for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
      for (int nth = 0; nth < 4; ++nth) faults.push_back({port, failure, nth});
    }
  }
  return faults;
}

std::string name_of(const testing::TestParamInfo<Fault>& fault) {
  constexpr const char* kPorts[] = {"Append", "HeadLock", "PublishedHead"};
  return std::string(kPorts[static_cast<int>(fault.param.port)]) +
         (fault.param.failure == Failure::kBeforeWrite ? "NotKept" : "KeptUnanswered") +
         std::to_string(fault.param.nth);
}

INSTANTIATE_TEST_SUITE_P(EveryWrite, PublisherWriteTest, testing::ValuesIn(every_fault()), name_of);

}  // namespace
}  // namespace dure::node
