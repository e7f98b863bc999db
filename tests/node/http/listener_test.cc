// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "client.h"

namespace dure::node::http {
namespace {

using testing::Client;

// With a backlog of 5 (plain cpp-httplib) the seventh waits for a second, the next for three.
TEST(ListenerTest, ABurstOfConnectsWaitsForNobody) {
  const auto listener = Listener::open("127.0.0.1:0", "");
  ASSERT_TRUE(listener);
  std::vector<Client> clients;
  for (int i = 0; i < 300; ++i) {
    clients.push_back(Client::unconnected());
    clients.back().connect_without_waiting((*listener)->authority());
  }
  for (auto& client : clients) ASSERT_TRUE(client.connected_within(std::chrono::milliseconds(500)));

  std::size_t accepted = 0;
  const int descriptor = (*listener)->descriptors().front();
  for (pollfd wait{descriptor, POLLIN, 0}; accepted < 300 && ::poll(&wait, 1, 1000) == 1;) {
    (*listener)->accept(descriptor, [&](const Listener::Accepted&) { ++accepted; });
  }
  EXPECT_EQ(accepted, 300U);
}

}  // namespace
}  // namespace dure::node::http
