// SPDX-License-Identifier: Apache-2.0
// What a service manager hears: sd_notify(3).
#include "cli/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "support/temp_folder.h"

namespace dure::node {
namespace {

/// The manager's end.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length), 0);
  }
  ~NotifySocket() { ::close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  std::string heard() const {
    std::array<char, 64> text{};
    const auto size = ::recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
    return {text.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
  }

 private:
  int socket_;
};

TEST(ServiceManagerTest, HearsTheStateOnAPathAndOnAnAbstractName) {
  const TempFolder folder;
  const std::string abstract = "@dure-test-" + std::to_string(::getpid());
  for (const std::string& name : {folder.file("notify"), abstract}) {
    const NotifySocket socket(name);
    const ServiceManager manager({name, "", ""});
    EXPECT_TRUE(manager.notify("READY=1"));
    EXPECT_EQ(socket.heard(), "READY=1");
    EXPECT_EQ(socket.heard(), "");
  }
}

TEST(ServiceManagerTest, NobodyIsToldWithoutAUsableName) {
  const TempFolder folder;
  for (const std::string& name : {std::string(), std::string("relative"), std::string("/"),
                                  folder.file("nobody"), "/" + std::string(200, 'x')}) {
    EXPECT_FALSE(ServiceManager({name, "", ""}).notify("READY=1")) << name;
  }
}

TEST(ServiceManagerTest, TheWatchdogIsForThisProcessOnly) {
  using std::chrono::microseconds;
  const auto self = std::to_string(::getpid());
  EXPECT_EQ(ServiceManager({"", "2000000", ""}).watchdog(), microseconds(2'000'000));
  EXPECT_EQ(ServiceManager({"", "2000000", self}).watchdog(), microseconds(2'000'000));
  EXPECT_EQ(ServiceManager({"", "2000000", "1"}).watchdog(), std::nullopt);
  for (const char* interval : {"", "0", "-1", "soon", "99999999999999999999"})
    EXPECT_EQ(ServiceManager({"", interval, ""}).watchdog(), std::nullopt) << interval;
}

}  // namespace
}  // namespace dure::node
