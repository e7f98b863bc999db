// SPDX-License-Identifier: Apache-2.0
#include "http/connection_table.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace dure::node::http {
namespace {

using std::chrono::seconds;

class ConnectionTableTest : public ::testing::Test {
 protected:
  Connection& add() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    others_.emplace_back(ends[1]);
    return table_.add(std::make_unique<Connection>(Transport(UniqueFd(ends[0]), nullptr), Peer()));
  }
  int wakes_ = 0;
  ConnectionTable table_{[this] { ++wakes_; }};
  std::vector<UniqueFd> others_;
  const Instant zero_ = Instant() + std::chrono::hours(1);
};

TEST_F(ConnectionTableTest, WakesForAnEarlierDeadlineOnly) {
  auto& first = add();
  auto& second = add();
  table_.set_deadline(first, zero_ + seconds(10));
  EXPECT_EQ(wakes_, 1);
  table_.set_deadline(second, zero_ + seconds(20));
  EXPECT_EQ(wakes_, 1);
  table_.set_deadline(second, zero_ + seconds(5));
  EXPECT_EQ(wakes_, 2);
  EXPECT_EQ(table_.expire(zero_), zero_ + seconds(5));
}

TEST_F(ConnectionTableTest, ExpiresWhatIsDueAndFollowsLaterDeadlines) {
  auto& due = add();
  auto& moved = add();
  table_.set_deadline(due, zero_ + seconds(1));
  table_.set_deadline(moved, zero_ + seconds(1));
  table_.set_deadline(moved, zero_ + seconds(9));
  EXPECT_EQ(table_.expire(zero_ + seconds(2)), zero_ + seconds(9));
  EXPECT_TRUE(due.timed_out);
  EXPECT_FALSE(moved.timed_out);
  EXPECT_EQ(table_.expire(zero_ + seconds(9)), kNever);
  EXPECT_TRUE(moved.timed_out);
}

TEST_F(ConnectionTableTest, NeverMeansNever) {
  auto& connection = add();
  table_.set_deadline(connection, zero_ + seconds(1));
  table_.set_deadline(connection, kNever);
  EXPECT_EQ(table_.expire(zero_ + seconds(5)), kNever);
  EXPECT_FALSE(connection.timed_out);
  table_.set_deadline(connection, zero_ + seconds(6));
  EXPECT_EQ(table_.expire(zero_ + seconds(5)), zero_ + seconds(6));
}

TEST_F(ConnectionTableTest, RemovesAndReportsEmpty) {
  auto& connection = add();
  table_.set_deadline(connection, zero_ + seconds(1));
  EXPECT_FALSE(table_.wait_until_empty(Instant()));
  table_.remove(connection);
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_TRUE(table_.wait_until_empty(Instant()));
  EXPECT_EQ(table_.expire(zero_ + seconds(5)), kNever);
}

}  // namespace
}  // namespace dure::node::http
