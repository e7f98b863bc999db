// SPDX-License-Identifier: Apache-2.0
// What a service manager hears: sd_notify(3).
#include "cli/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

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

  std::string heard(std::vector<int>* descriptors = nullptr) const {
    std::array<char, 64> text{};
    iovec part{text.data(), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(16 * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = ::recvmsg(socket_, &message, MSG_DONTWAIT);
    const cmsghdr* header = size < 0 ? nullptr : CMSG_FIRSTHDR(&message);
    if (header != nullptr && descriptors != nullptr) {
      descriptors->resize((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      std::memcpy(descriptors->data(), CMSG_DATA(header), descriptors->size() * sizeof(int));
    }
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

TEST(ServiceManagerTest, KeepsSocketsInPlaceOfEarlierOnes) {
  const TempFolder folder;
  const NotifySocket socket(folder.file("notify"));
  const ServiceManager manager({folder.file("notify"), "", ""});
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
  EXPECT_TRUE(manager.keep(pair));
  EXPECT_EQ(socket.heard(), "FDSTOREREMOVE=1\nFDNAME=dure-public");
  std::vector<int> given;
  EXPECT_EQ(socket.heard(&given), "FDSTORE=1\nFDNAME=dure-public");
  ASSERT_EQ(given.size(), 2U);
  ::close(pair[1]);
  // The copy is the same socket: what is written into it arrives at the other end.
  EXPECT_EQ(::write(given[1], "x", 1), 1);
  char letter = 0;
  EXPECT_EQ(::read(pair[0], &letter, 1), 1);
  for (const int fd : {pair[0], given[0], given[1]}) ::close(fd);
}

TEST(ServiceManagerTest, NothingIsKeptForNobody) {
  const TempFolder folder;
  const NotifySocket socket(folder.file("notify"));
  const ServiceManager manager({folder.file("notify"), "", ""});
  EXPECT_FALSE(manager.keep({}));
  EXPECT_FALSE(manager.keep(std::vector<int>(17, 0)));
  EXPECT_EQ(socket.heard(), "");
  EXPECT_FALSE(ServiceManager({"", "", ""}).keep(std::vector<int>(1, 0)));
}

TEST(ServiceManagerTest, KeptSocketsAreForThisProcessOnly) {
  const auto self = std::to_string(::getpid());
  const auto kept = [&](const char* count, const std::string& process) {
    return ServiceManager({"", "", "", count, process}).kept();
  };
  EXPECT_EQ(kept("2", self), (std::vector<int>{3, 4}));
  EXPECT_EQ(kept("16", self).size(), 16U);
  for (const char* count : {"", "0", "-1", "17", "two", "4294967297"})
    EXPECT_TRUE(kept(count, self).empty()) << count;
  EXPECT_TRUE(kept("2", "1").empty());
  EXPECT_TRUE(kept("2", "").empty());
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
