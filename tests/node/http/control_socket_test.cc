// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "client.h"

namespace dure::node::http {
namespace {

using testing::Client;
using testing::start;
using testing::TemporaryFolder;

Response describe(const Request& request) {
  return make_response(
      200, "text/plain",
      (request.control ? "control " : "public ") + std::to_string(request.body.size()));
}

class ControlSocketTest : public ::testing::Test {
 protected:
  ControlSocketTest() {
    options_.control_socket = folder_.path("control.sock");
    options_.limits.body_bytes = 1000;
  }
  TemporaryFolder folder_;
  ServerOptions options_;
};

TEST_F(ControlSocketTest, MarksItsRequestsAndOnlyThem) {
  const auto server = start(options_, describe);
  EXPECT_EQ(Client::to_control(options_.control_socket).get("/").body, "control 0");
  EXPECT_EQ(Client::to(server->url()).get("/").body, "public 0");
}

TEST_F(ControlSocketTest, IsForItsOwnerOnlyAndGoesWithTheServer) {
  struct stat status {};
  {
    const auto mask = umask(0);  // the file's mode must not depend on it
    const auto server = start(options_, describe);
    umask(mask);
    ASSERT_EQ(stat(options_.control_socket.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
  EXPECT_NE(stat(options_.control_socket.c_str(), &status), 0);
}

// This thread only, not the server's: the call below the one of the C library, which changes all.
bool act_as(uid_t user) { return syscall(SYS_setresuid, -1, user, -1) == 0; }

TEST_F(ControlSocketTest, TurnsOtherUsersAwayThoughTheFileIsOpen) {
  if (geteuid() != 0) GTEST_SKIP() << "NOT TESTED: only root can act as another user";
  const auto server = start(options_, describe);
  ASSERT_EQ(chmod(folder_.path("").c_str(), 0711), 0);
  ASSERT_EQ(chmod(options_.control_socket.c_str(), 0666), 0);
  ASSERT_TRUE(act_as(65534));
  auto stranger = Client::to_control(options_.control_socket);
  ASSERT_TRUE(act_as(0));
  ASSERT_TRUE(stranger.connected());
  EXPECT_EQ(stranger.get("/").status, 0);
  EXPECT_EQ(Client::to_control(options_.control_socket).get("/").body, "control 0");
}

TEST_F(ControlSocketTest, TakesLargerBodies) {
  const auto server = start(options_, describe);
  auto client = Client::to_control(options_.control_socket);
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n" +
              std::string(3'000'000, 'a'));
  EXPECT_EQ(client.read().body, "control 3000000");
}

TEST_F(ControlSocketTest, ReplacesAnAbandonedSocketButNotALiveOne) {
  {
    const UniqueFd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, options_.control_socket.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  const auto server = start(options_, describe);
  const auto second = Server::start(options_, describe);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(Client::to_control(options_.control_socket).get("/").body, "control 0");
}

TEST_F(ControlSocketTest, RejectsAPathThatIsTooLong) {
  options_.control_socket = folder_.path(std::string(120, 'x'));
  const auto server = Server::start(options_, describe);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace dure::node::http
