// SPDX-License-Identifier: Apache-2.0
// The machine is at fault: full disk, read-only disk, another version's files, certificates. Every
// time a clear message, exit code 3, and nothing lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"

namespace dure::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string entry(const std::string& title, const std::string& summary = "간호사가 찾아갑니다.") {
  return R"({"type":"service","title":{"ko":")" + title + R"("},"summary":{"ko":")" + summary +
         R"("},"department":{"ko":"보건소"},)"
         R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
         R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})";
}

class EnvironmentTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    init(a_, "suwon.go.kr/dure/1");
  }

  static void init(const std::string& data, const std::string& origin) {
    const auto made = run_dure({"init", "--data", data, "--origin", origin, "--name", "수원시",
                                "--region", "41110", "--role", "town", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }

  // Runs a shell script in a mount namespace of its own; false if this account may not have one.
  static bool in_own_mounts(const std::string& script, Outcome& outcome) {
    if (run_program({"/usr/bin/unshare", "-m", "/bin/true"}).code != 0) return false;
    outcome = run_program({"/usr/bin/unshare", "-m", "/bin/sh", "-c", script}, {},
                          {"DURE=" + program_path()});
    return true;
  }

  static json status(const std::string& data) {
    const auto done = run_dure({"status", "--data", data, "--json"});
    EXPECT_EQ(done.code, 0) << done.err;
    return json::parse(done.out, nullptr, false);
  }

  TempFolder folder_;
  std::string a_ = folder_.path("a"), b_ = folder_.path("b");
};

#define NEEDS_MOUNTS(ran)                                                           \
  if (!(ran))                                                                       \
  GTEST_SKIP() << "NOT TESTED: this account may not make mount namespaces (run as " \
                  "root)"

TEST_F(EnvironmentTest, FullDiskIsOneErrorAndLosesNothing) {
  std::string many, summary;
  for (int i = 0; i < 40; ++i) summary += "간호사가 찾아갑니다. ";
  for (int i = 0; i < 4000; ++i) many += entry("항목 " + std::to_string(i), summary) + "\n";
  const auto file = folder_.file("many.jsonl", many);
  const auto first = folder_.file("first.json", entry("처음"));
  Outcome ran;
  NEEDS_MOUNTS(in_own_mounts("mount -t tmpfs -o size=3m none " + a_ + " && D=" + a_ + R"(/n
    "$DURE" init --data $D --origin suwon.go.kr/dure/1 --name 수원시 --region 41110 --yes >/dev/null
    "$DURE" publish --data $D )" +
                                 first + R"( >/dev/null || exit 91
    "$DURE" publish --data $D )" +
                                 file + R"( ; code=$?
    mount -o remount,size=30m $D/..
    "$DURE" status --data $D --json | tr -d ' \n' >&2
    "$DURE" fsck --data $D >/dev/null || exit 92
    exit $code)",
                             ran));
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("disk is full"));
  EXPECT_THAT(ran.err, testing::Not(HasSubstr("invalid")));
  EXPECT_THAT(ran.err, HasSubstr(R"("size":1,)"));
}

TEST_F(EnvironmentTest, ReadOnlyDiskSaysWhatToDo) {
  Outcome ran;
  NEEDS_MOUNTS(in_own_mounts("mount --bind " + a_ + " " + a_ + " && mount -o remount,ro,bind " +
                                 a_ + R"( && "$DURE" status --data )" + a_,
                             ran));
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("read-only disk"));
  EXPECT_THAT(ran.err, HasSubstr("cp -a"));
}

TEST_F(EnvironmentTest, FilesOfANewerVersionAreLeftAlone) {
  ASSERT_FALSE(std::filesystem::exists(a_ + "/node.db-wal"));
  const auto database = a_ + "/node.db";
  {
    std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(60);  // user_version in the SQLite header
    file.write("\0\0\0\x63", 4);
  }
  const auto before = read_file(database);
  for (const char* command : {"status", "serve", "fsck"}) {
    const auto refused = run_dure({command, "--data", a_});
    EXPECT_EQ(refused.code, 3) << command;
    EXPECT_THAT(refused.err, HasSubstr("format 99")) << command;
  }
  EXPECT_EQ(read_file(database), before);
}

TEST_F(EnvironmentTest, DamagedCatalogueIsMadeAgain) {
  ASSERT_EQ(run_dure({"publish", "--data", a_, "-"}, entry("마을 도서관")).code, 0);
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(a_ + "/catalogue.db" + suffix);
  std::ofstream(a_ + "/catalogue.db") << std::string(40'000, 'x');
  const auto found = run_dure({"search", "--data", a_, "도서관"});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("마을 도서관"));
}

TEST_F(EnvironmentTest, EmptySettingsFileIsNamed) {
  std::ofstream(a_ + "/dure.toml").flush();
  const auto refused = run_dure({"status", "--data", a_});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("no node.origin"));
}

TEST_F(EnvironmentTest, ExportsAndChecksWhileServing) {
  ServeProcess a(a_);
  ASSERT_EQ(run_dure({"publish", "--data", a_, "-"}, entry("하나")).code, 0);
  EXPECT_EQ(run_dure({"fsck", "--data", a_}).code, 0);
  const auto bundle = folder_.path("a.tar");
  ASSERT_EQ(run_dure({"export", "--data", a_, bundle}).code, 0);
  init(b_, "osan.go.kr/dure/1");
  const auto vkey = status(a_)["log_vkey"].get<std::string>();
  EXPECT_EQ(run_dure({"import-bundle", "--data", b_, bundle, "--vkey", vkey}).code, 0);
}

class TlsTest : public EnvironmentTest {
 protected:
  void SetUp() override {
    EnvironmentTest::SetUp();
    if (IsSkipped()) return;
    if (!std::filesystem::exists("/usr/bin/openssl"))
      GTEST_SKIP() << "NOT TESTED: the program openssl is missing";
    ASSERT_EQ(openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                       "-nodes", "-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj",
                       "/CN=test authority", "-days", "2"}),
              0);
    make_certificate("1");
  }

  std::string path(const std::string& name) const { return folder_.path(name); }
  static int openssl(std::vector<std::string> words) {
    words.insert(words.begin(), "/usr/bin/openssl");
    return run_program(words).code;
  }

  // For 127.0.0.1, signed by the authority; its serial number tells the old from the new.
  void make_certificate(const std::string& serial) {
    const auto names = folder_.file("names", "subjectAltName=IP:127.0.0.1\n");
    ASSERT_EQ(openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                       "-keyout", path("node.key"), "-out", path("node.csr"), "-subj", "/CN=node"}),
              0);
    ASSERT_EQ(openssl({"x509", "-req", "-in", path("node.csr"), "-CA", path("ca.pem"), "-CAkey",
                       path("ca.key"), "-set_serial", serial, "-days", "2", "-extfile", names,
                       "-out", path("node.pem")}),
              0);
  }

  std::string served_serial(const ServeProcess& node) const {
    return run_program({"/bin/sh", "-c",
                        "openssl s_client -connect " + node.listen() +
                            " </dev/null 2>/dev/null | openssl x509 -noout -serial"})
        .out;
  }
};

TEST_F(TlsTest, NodesMeetOverHttpsWithAnOwnAuthority) {
  ServeProcess a(a_, {"--tls-certificate", path("node.pem"), "--tls-key", path("node.key")});
  ASSERT_TRUE(a.url().starts_with("https://")) << a.url();
  ASSERT_EQ(run_dure({"publish", "--data", a_, "-"}, entry("하나")).code, 0);
  init(b_, "osan.go.kr/dure/1");

  const auto stranger = run_dure({"peer", "add", "--data", b_, a.url(), "--yes"});
  EXPECT_EQ(stranger.code, 4);
  EXPECT_THAT(stranger.err, HasSubstr("certificate of an authority that this node does not know"));
  EXPECT_THAT(stranger.err, HasSubstr("peer.ca_file"));
  const auto korean = run_dure({"peer", "add", "--data", b_, a.url(), "--yes", "--lang", "ko"});
  EXPECT_THAT(korean.err, HasSubstr("인증서를 발급한 기관을 이 노드가 모릅니다"));
  EXPECT_TRUE(status(b_)["peers"].empty());

  const std::vector<std::string> trust = {"DURE_PEER_CA_FILE=" + path("ca.pem")};
  const auto added = run_dure({"peer", "add", "--data", b_, a.url(), "--yes"}, {}, trust);
  ASSERT_EQ(added.code, 0) << added.err;
  const auto pulled = run_dure({"pull", "--data", b_, "--once"}, {}, trust);
  EXPECT_EQ(pulled.code, 0) << pulled.err;
  EXPECT_EQ(status(b_)["peers"][0]["size"], 1);

  // Without the authority the next pull says why, and keeps what is there.
  ASSERT_EQ(run_dure({"publish", "--data", a_, "-"}, entry("둘")).code, 0);
  const auto untrusted = run_dure({"pull", "--data", b_, "--once"});
  EXPECT_EQ(untrusted.code, 4);
  EXPECT_THAT(untrusted.err, HasSubstr("peer.ca_file"));
  EXPECT_EQ(status(b_)["peers"][0]["size"], 1);

  EXPECT_EQ(run_dure({"status", "--data", b_}, {}, {"DURE_PEER_CA_FILE=/nonexistent"}).code, 3);
}

TEST_F(TlsTest, HangUpReadsTheCertificateAgain) {
  ServeProcess a(a_, {"--tls-certificate", path("node.pem"), "--tls-key", path("node.key")});
  ASSERT_THAT(served_serial(a), HasSubstr("serial=01"));
  make_certificate("7");
  ASSERT_EQ(kill(a.pid(), SIGHUP), 0);
  std::string serial;
  for (int i = 0; i < 200 && serial.find("serial=07") == std::string::npos; ++i)
    serial = served_serial(a);
  EXPECT_THAT(serial, HasSubstr("serial=07"));

  folder_.file("node.pem", "damaged");  // keeps the one in use
  ASSERT_EQ(kill(a.pid(), SIGHUP), 0);
  EXPECT_EQ(run_dure({"status", "--data", a_}).code, 0);
  EXPECT_THAT(served_serial(a), HasSubstr("serial=07"));
  EXPECT_EQ(a.stop(SIGTERM), 0);
}

}  // namespace
}  // namespace dure::test
