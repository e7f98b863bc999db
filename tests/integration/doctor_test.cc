// SPDX-License-Identifier: Apache-2.0
// `dure doctor` on a real node, to which one thing after the other happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"
#include "integration/one_service.h"
#include "support/certificates.h"

namespace dure::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using Words = std::vector<std::string>;

class DoctorTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    init(a_, "suwon.go.kr/dure/1");
  }

  static void init(const std::string& data, const std::string& origin) {
    const auto made = run_dure({"init", "--data", data, "--origin", origin, "--name", "수원시",
                                "--region", "41110", "--role", "town", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
    ASSERT_EQ(chmod(data.c_str(), 0750), 0);
  }

  // What the doctor says, with `further` flags or settings as variables.
  json examine(const std::vector<std::string>& variables = {}) {
    last_ = run_dure({"doctor", "--data", a_, "--json"}, {}, variables);
    auto report = json::parse(last_.out, nullptr, false);
    EXPECT_TRUE(report.is_object()) << last_.out << last_.err;
    return report;
  }

  // "error" for the first finding of `id`; "" if there is none.
  static std::string verdict(const json& report, const std::string& id) {
    for (const auto& check : report["checks"])
      if (check["id"] == id) return check["verdict"];
    return "";
  }
  std::string database(const json& report, const std::string& file) const {
    for (const auto& check : report["checks"])
      if (check["id"] == "database" && check["subject"] == a_ + file) return check["verdict"];
    return "";
  }
  static std::string found(const json& report, const std::string& id) {
    for (const auto& check : report["checks"])
      if (check["id"] == id) return check["found"];
    return "";
  }

  static std::string url_of(const ServeProcess& node) { return "DURE_URL=" + node.url(); }

  TempFolder folder_;
  std::string a_ = folder_.path("a"), b_ = folder_.path("b");
  Outcome last_;
};

TEST_F(DoctorTest, AStoppedNodeIsLookedAtInAllItsParts) {
  const auto report = examine();
  EXPECT_EQ(last_.code, 1);
  EXPECT_EQ(verdict(report, "node"), "warning");
  EXPECT_EQ(verdict(report, "file-rights"), "ok") << last_.out;
  EXPECT_EQ(verdict(report, "head-lock"), "ok");
  EXPECT_EQ(verdict(report, "charter"), "ok");
  EXPECT_EQ(verdict(report, "peer"), "warning");
  EXPECT_EQ(verdict(report, "disk-speed"), "ok") << last_.out;
  for (const char* file : {"/head.db", "/node.db", "/catalogue.db"})
    EXPECT_EQ(database(report, file), "ok") << last_.out;
  // Nothing was left behind by looking.
  EXPECT_FALSE(std::filesystem::exists(a_ + "/node.db-wal"));
}

TEST_F(DoctorTest, WithoutANodeThereIsNothingToExamine) {
  const auto refused = run_dure({"doctor", "--data", folder_.path("none")});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("dure init"));
}

TEST_F(DoctorTest, ASeedThatOthersReadIsNamedWhetherOrNotTheNodeOpens) {
  ASSERT_EQ(chmod((a_ + "/seed.key").c_str(), 0644), 0);
  const auto stopped = examine();
  EXPECT_EQ(verdict(stopped, "file-rights"), "error");
  EXPECT_THAT(found(stopped, "file-rights"), HasSubstr("seed.key"));
  EXPECT_EQ(verdict(stopped, "node"), "error");  // it does not open with such a seed
  EXPECT_EQ(verdict(stopped, "database"), "ok");
  EXPECT_EQ(verdict(stopped, "charter"), "not-checked");
  ASSERT_EQ(chmod((a_ + "/seed.key").c_str(), 0600), 0);
  const ServeProcess node(a_);
  ASSERT_EQ(chmod((a_ + "/seed.key").c_str(), 0644), 0);
  const auto running = examine();
  EXPECT_EQ(verdict(running, "node"), "ok");
  EXPECT_EQ(verdict(running, "file-rights"), "error");
}

TEST_F(DoctorTest, AStoppedNodeOfAnotherAccountIsNotOpened) {
  if (geteuid() != 0) GTEST_SKIP() << "NOT TESTED: only root can look like another account";
  constexpr uid_t kSomebody = 65534;
  for (const auto& file : std::filesystem::directory_iterator(a_))
    ASSERT_EQ(chown(file.path().c_str(), kSomebody, kSomebody), 0);
  ASSERT_EQ(chown(a_.c_str(), kSomebody, kSomebody), 0);
  std::filesystem::remove(a_ + "/catalogue.db");
  const auto report = examine();
  EXPECT_EQ(verdict(report, "node"), "error");
  EXPECT_THAT(found(report, "node"), HasSubstr("sudo -u"));
  EXPECT_EQ(verdict(report, "file-rights"), "ok");
  EXPECT_FALSE(std::filesystem::exists(a_ + "/catalogue.db"));
}

TEST_F(DoctorTest, ARunningNodeIsReachedUnderItsAddressWithoutAProxy) {
  const ServeProcess node(a_);
  const auto report = examine({url_of(node)});
  EXPECT_EQ(verdict(report, "node"), "ok");
  EXPECT_EQ(verdict(report, "port"), "ok");
  EXPECT_EQ(verdict(report, "public-url"), "ok") << last_.out;
  EXPECT_EQ(verdict(report, "public-certificate"), "warning");  // plain http
  EXPECT_EQ(verdict(report, "proxy"), "ok") << last_.out;
  // head.db by the node itself, which lets nobody else open it.
  for (const char* file : {"/head.db", "/node.db", "/catalogue.db"})
    EXPECT_EQ(database(report, file), "ok") << last_.out;
}

TEST_F(DoctorTest, WhoTrustsEverybodyIsTold) {
  const ServeProcess node(a_, {"--trusted-proxies", "0.0.0.0/0"});
  const auto report = examine({url_of(node), "DURE_TRUSTED_PROXIES=0.0.0.0/0"});
  EXPECT_EQ(verdict(report, "proxy"), "error") << last_.out;
  EXPECT_THAT(found(report, "proxy"), HasSubstr("whole Internet"));
}

TEST_F(DoctorTest, WhoBelievesWhatNobodyWritesBelievesTheForgery) {
  const ServeProcess node(a_, {"--trusted-proxies", "127.0.0.0/8"});
  const auto report = examine({url_of(node), "DURE_TRUSTED_PROXIES=127.0.0.0/8"});
  EXPECT_EQ(verdict(report, "proxy"), "error") << last_.out;
  EXPECT_THAT(found(report, "proxy"), HasSubstr("198.51.100.77 was made up"));
}

TEST_F(DoctorTest, AnotherNodeAtTheAddressIsSeen) {
  init(b_, "osan.go.kr/dure/1");
  const ServeProcess node(a_), other(b_);
  const auto report = examine({url_of(other)});
  EXPECT_EQ(verdict(report, "public-url"), "error");
  EXPECT_THAT(found(report, "public-url"), HasSubstr("osan.go.kr/dure/1"));
  EXPECT_EQ(verdict(report, "proxy"), "warning");  // the question did not arrive here
}

TEST_F(DoctorTest, PeersAreAskedInBothDirections) {
  init(b_, "osan.go.kr/dure/1");
  ASSERT_EQ(run_dure({"publish", "--data", a_, "-"}, one_service("도서관")).code, 0);
  auto peer = std::make_unique<ServeProcess>(b_, Words{"--pull-interval", "86400"});
  ASSERT_EQ(run_dure({"peer", "add", "--data", a_, peer->url(), "--yes"}).code, 0);
  auto report = examine();
  EXPECT_EQ(verdict(report, "peer"), "ok") << last_.out;
  EXPECT_EQ(verdict(report, "peer-has-us"), "ok") << last_.out;  // it was published just now
  EXPECT_EQ(verdict(report, "clock"), "ok");
  {
    const ServeProcess node(a_);
    ASSERT_EQ(run_dure({"peer", "add", "--data", b_, node.url(), "--yes"}).code, 0);
    ASSERT_EQ(run_dure({"pull", "--data", b_, "--once"}).code, 0);
    EXPECT_THAT(found(examine(), "peer-has-us"), HasSubstr("1 of 1"));
  }
  peer->stop(SIGTERM);
  report = examine();
  EXPECT_EQ(verdict(report, "peer"), "error");
  EXPECT_EQ(verdict(report, "clock"), "not-checked");
}

TEST_F(DoctorTest, CertificatesOutOfDateAreSeenInTheFileAndAtTheAddress) {
  const auto old = node::issue({"node", "IP:127.0.0.1", false, -7200, -3600});
  const auto pem = folder_.path("old.pem"), key = folder_.path("old.key");
  old.write(pem);
  {
    const std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(key.c_str(), "w"), std::fclose);
    PEM_write_PrivateKey(out.get(), old.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  ASSERT_EQ(chmod(key.c_str(), 0600), 0);
  const Words tls = {"--tls-certificate", pem, "--tls-key", key};
  const ServeProcess node(a_, tls);
  const auto report = examine({url_of(node), "DURE_TLS_CERTIFICATE=" + pem, "DURE_TLS_KEY=" + key});
  EXPECT_EQ(verdict(report, "certificate-file"), "error") << last_.out;
  EXPECT_THAT(found(report, "certificate-file"), HasSubstr("expired"));
  EXPECT_EQ(verdict(report, "public-certificate"), "error");
  EXPECT_THAT(found(report, "public-certificate"), HasSubstr("expired"));
  EXPECT_EQ(verdict(report, "public-url"), "error");  // peers refuse it
}

TEST_F(DoctorTest, ADamagedDatabaseIsFoundWithoutTheNode) {
  ASSERT_EQ(run_dure({"publish", "--data", a_, "-"}, one_service("도서관")).code, 0);
  {
    std::fstream file(a_ + "/node.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(16);  // the size of a page
    const int high = file.get(), low = file.get();
    const int page = high * 256 + low == 1 ? 65536 : high * 256 + low;
    for (int number = 1; number < 6; ++number) {  // heads of pages behind the schema's
      file.seekp(std::streamoff{number} * page);
      file.write("\x7f\xff\x7f\xff\x7f\xff\x7f\xff", 8);
    }
  }
  const auto report = examine();
  EXPECT_EQ(database(report, "/node.db"), "error") << last_.out;
}

TEST_F(DoctorTest, OneLineForEachFindingInBothLanguages) {
  ASSERT_EQ(chmod((a_ + "/seed.key").c_str(), 0604), 0);
  const auto english = run_dure({"doctor", "--data", a_});
  EXPECT_EQ(english.code, 1);
  EXPECT_THAT(english.out, HasSubstr("ERROR"));
  EXPECT_THAT(english.out, HasSubstr("chmod 600"));
  EXPECT_THAT(english.out, testing::Not(HasSubstr("cli.")));
  EXPECT_THAT(english.out, testing::Not(HasSubstr("{")));
  const auto korean = run_dure({"doctor", "--data", a_, "--lang", "ko"});
  EXPECT_THAT(korean.out, HasSubstr("오류"));
  EXPECT_THAT(korean.out, testing::Not(HasSubstr("{")));
  EXPECT_EQ(std::count(english.out.begin(), english.out.end(), '\n'),
            std::count(korean.out.begin(), korean.out.end(), '\n'));
}

}  // namespace
}  // namespace dure::test
