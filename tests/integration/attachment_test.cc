// SPDX-License-Identifier: Apache-2.0
// Files beside entries, between real nodes: published, mirrored, taken up again, served by others,
// erased.
#include "dure/attachment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"
#include "integration/files_with.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using node::http::testing::Client;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr const char* kMark = "qzjxvattachedfile";  // found nowhere else

// No chunk like another; the mark in the first and in the last.
std::string content(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 3;
  for (std::size_t i = 0; i < size; i += 4) {
    state = state * 1664525U + 1013904223U;
    for (std::size_t j = i; j < std::min(i + 4, size); ++j)
      bytes[j] = static_cast<char>(state >> (8U * (j - i)));
  }
  bytes.replace(100, 17, kMark);
  bytes.replace(size - 100, 17, kMark);
  return bytes;
}

json service(const std::string& title) {
  return {{"type", "service"},
          {"title", {{"ko", title}}},
          {"summary", {{"ko", title + " 안내입니다."}}},
          {"department", {{"ko", "보건소"}}},
          {"contact", {{"phone", "031-228-5200"}}},
          {"regions", json::array({{{"scheme", "bjd"}, {"code", "4111000000"}}})},
          {"status", {{"code", "running"}}},
          {"modified", "2026-03-01"},
          {"licence", "kogl-1"}};
}

class AttachmentNodesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program dure was not built";
    init("suwon");
  }

  std::string data(const std::string& town) const { return folder_.path(town); }
  void init(const std::string& town) {
    const auto made = run_dure({"init", "--data", data(town), "--origin", town + ".go.kr/dure/1",
                                "--name", town, "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static void add_peer(const std::string& folder, const std::string& url) {
    const auto added = run_dure({"peer", "add", "--data", folder, url, "--yes"});
    ASSERT_EQ(added.code, 0) << added.err;
  }
  static json attachments_of(const std::string& folder) {
    const auto report =
        json::parse(run_dure({"status", "--data", folder, "--json"}).out, nullptr, false);
    return report.is_object() ? report["attachments"] : json::object();
  }
  /// Publishes an entry with a file, and remembers what it became.
  void publish(const std::string& bytes, const std::string& title = "무더위 쉼터") {
    const auto file = folder_.file("쉼터 계획.pdf", bytes);
    const auto entry = folder_.file("entry.json", service(title).dump());
    const auto done =
        run_dure({"publish", "--data", data("suwon"), entry, "--attach", file, "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    id_ = json::parse(done.out)["published"][0]["id"];
    json shown;
    ASSERT_TRUE(becomes([&] {  // a running node indexes behind publishing
      shown = json::parse(run_dure({"show", "--data", data("suwon"), id_, "--json"}).out, nullptr,
                          false);
      return shown.is_object();
    }));
    const auto& listed = shown["attachments"];
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0]["name"], "쉼터 계획.pdf");
    EXPECT_EQ(listed[0]["mediaType"], "application/pdf");
    EXPECT_EQ(listed[0]["size"], bytes.size());
    EXPECT_EQ(listed[0]["held"], true);
    href_ = listed[0]["href"];
  }

  TempFolder folder_;
  std::string id_, href_;
};

TEST_F(AttachmentNodesTest, IsServedAsADownloadWithItsChunkList) {
  const auto bytes = content(2 * kMiB + 77);
  publish(bytes);
  const ServeProcess suwon(data("suwon"));
  auto client = Client::to(suwon.url());
  const auto whole = client.get(href_);
  ASSERT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.body == bytes);
  EXPECT_EQ(whole.header("Content-Type"), "application/pdf");
  EXPECT_EQ(whole.header("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(whole.header("Content-Disposition"), HasSubstr("attachment; filename="));
  EXPECT_THAT(whole.header("Content-Security-Policy"), HasSubstr("sandbox"));
  EXPECT_EQ(whole.header("ETag"), '"' + href_.substr(href_.rfind('/') + 1) + '"');
  const auto list = parse_chunk_list(client.get(href_ + "/chunks").body);
  ASSERT_TRUE(list);
  EXPECT_EQ(attachment_path(commit(*list)), href_);
  const auto second = client.get(href_, "Range: bytes=1048576-2097151\r\n");
  EXPECT_EQ(second.status, 206);
  EXPECT_TRUE(check_chunk(*list, 1, second.body));
  EXPECT_EQ(client.get("/attachments/" + std::string(64, 'a')).status, 404);
  EXPECT_EQ(client.get("/attachments/%2e%2e%2fseed.key").status, 400);
  EXPECT_THAT(Client::to(suwon.url()).get("/e/" + id_ + "?lang=ko").body,
              testing::AllOf(HasSubstr("첨부 파일"), HasSubstr(href_), HasSubstr("2.0 MB")));
}

TEST_F(AttachmentNodesTest, ReachesAMirrorThatServesItWithoutThePublisherUntilItIsErased) {
  const auto bytes = content(5 * kMiB);
  init("anyang");
  init("gumi");
  auto suwon = std::make_unique<ServeProcess>(data("suwon"));
  publish(bytes);  // through the running node
  const ServeProcess anyang(data("anyang"), {"--attachments-mirror", "all"});
  add_peer(data("anyang"), suwon->url());
  ASSERT_TRUE(becomes([&] {
    return attachments_of(data("anyang"))["mirrored"] == 1 &&
           attachments_of(data("anyang"))["unfinished"] == 0;
  }));
  EXPECT_TRUE(Client::to(anyang.url()).get(href_).body == bytes);
  EXPECT_EQ(files_with(data("anyang"), kMark).size(), 1U);

  const auto listen = suwon->listen();
  suwon.reset();
  // Gumi mirrors no attachments, and knows only Anyang's copy of Suwon.
  const ServeProcess gumi(data("gumi"), {"--attachments-mirror", "none"});
  suwon =
      std::make_unique<ServeProcess>(data("suwon"), std::vector<std::string>{"--listen", listen});
  add_peer(data("gumi"), anyang.url());
  add_peer(data("gumi"), suwon->url());
  ASSERT_TRUE(becomes([&] { return run_dure({"show", "--data", data("gumi"), id_}).code == 0; }));
  suwon->stop(SIGTERM);
  EXPECT_THAT(files_with(data("gumi"), kMark), IsEmpty());
  const auto saved = folder_.path("saved.pdf");
  const auto got = run_dure(
      {"attachment", "get", "--data", data("gumi"), id_, "쉼터 계획.pdf", "--output", saved});
  ASSERT_EQ(got.code, 0) << got.err;
  EXPECT_TRUE(read_file(saved) == bytes);

  suwon =
      std::make_unique<ServeProcess>(data("suwon"), std::vector<std::string>{"--listen", listen});
  add_peer(data("suwon"), anyang.url());
  const auto salt = Client::to(suwon->url()).get(href_ + "/chunks").body.substr(0, kSaltBytes);
  ASSERT_EQ(salt.size(), kSaltBytes);
  ASSERT_EQ(files_with(data("anyang"), salt).size(), 1U);
  ASSERT_EQ(run_dure({"erase", "--data", data("suwon"), id_, "--yes", "--reason", "mistake"}).code,
            0);
  EXPECT_EQ(Client::to(suwon->url()).get(href_).status, 404);
  ASSERT_TRUE(becomes([&] {
    const auto report =
        json::parse(run_dure({"status", "--data", data("suwon"), "--json"}).out, nullptr, false);
    return report.is_object() && report["erasures"]["outstanding"] == 0;
  }));
  for (const char* town : {"suwon", "anyang", "gumi"}) {
    EXPECT_THAT(files_with(data(town), kMark), IsEmpty()) << town;
    EXPECT_THAT(files_with(data(town), salt), IsEmpty()) << town;
  }
  EXPECT_EQ(Client::to(anyang.url()).get(href_).status, 404);
  EXPECT_EQ(Client::to(anyang.url()).get(href_ + "/chunks").status, 404);
  EXPECT_EQ(attachments_of(data("anyang"))["mirrored_bytes"], 0);
}

TEST_F(AttachmentNodesTest, GoesOnWhereAKilledServerStopped) {
  const auto bytes = content(48 * kMiB);
  publish(bytes);
  init("anyang");
  auto suwon = std::make_unique<ServeProcess>(data("suwon"));
  const auto listen = suwon->listen();
  const ServeProcess anyang(data("anyang"), {"--attachments-mirror", "all"});
  add_peer(data("anyang"), suwon->url());
  const auto name = href_.substr(href_.rfind('/') + 1);
  const auto file = data("anyang") + "/attachments/" + name.substr(0, 2) + "/" + name;
  std::error_code ignored;
  ASSERT_TRUE(becomes([&] {
    return fs::exists(file + ".part", ignored) &&
           fs::file_size(file + ".part", ignored) >= 2 * kMiB;
  }));
  suwon->stop(SIGKILL);
  ASSERT_FALSE(fs::exists(file)) << "all of it came before the server was killed";
  EXPECT_EQ(Client::to(anyang.url()).get(href_).status, 404) << "a part is not served";
  const auto before = fs::last_write_time(file + ".chunks");
  suwon =
      std::make_unique<ServeProcess>(data("suwon"), std::vector<std::string>{"--listen", listen});
  ASSERT_TRUE(becomes([&] { return fs::exists(file, ignored); }));
  EXPECT_EQ(fs::last_write_time(file + ".chunks"), before) << "begun anew";
  EXPECT_TRUE(read_file(file) == bytes);
  EXPECT_EQ(run_dure({"fsck", "--data", data("anyang")}).code, 0);
}

// The most memory that the process ever had, in bytes.
std::size_t peak_memory(pid_t pid) {
  const auto status = read_file("/proc/" + std::to_string(pid) + "/status");
  const auto at = status.find("VmHWM:");
  return at == std::string::npos ? 0 : std::stoul(status.substr(at + 6)) * 1024;
}

TEST_F(AttachmentNodesTest, NoNodeHoldsAFileInMemory) {
#ifdef DURE_SANITIZED
  GTEST_SKIP() << "a sanitizer keeps freed memory, so peaks say nothing: see the preset dev";
#endif
  constexpr std::size_t kFile = 64 * kMiB, kMost = kFile / 2;
  init("anyang");
  const ServeProcess suwon(data("suwon"));
  const ServeProcess anyang(data("anyang"), {"--attachments-mirror", "all"});
  const auto of_suwon = peak_memory(suwon.pid()), of_anyang = peak_memory(anyang.pid());
  ASSERT_GT(of_suwon, 0U);
  publish(content(kFile));
  add_peer(data("anyang"), suwon.url());
  ASSERT_TRUE(becomes([&] {
    return attachments_of(data("anyang"))["mirrored"] == 1 &&
           attachments_of(data("anyang"))["unfinished"] == 0;
  }));
  EXPECT_EQ(Client::to(anyang.url()).get(href_).body.size(), kFile);
  EXPECT_EQ(run_dure({"fsck", "--data", data("anyang")}).code, 0);
  EXPECT_LT(peak_memory(suwon.pid()) - of_suwon, kMost) << "published, and served in chunks";
  EXPECT_LT(peak_memory(anyang.pid()) - of_anyang, kMost) << "fetched, served whole and checked";
}

TEST_F(AttachmentNodesTest, ABackupHoldsTheOwnOnes) {
  const auto bytes = content(kMiB + 9);
  publish(bytes);
  const auto backup = folder_.path("backup");
  ASSERT_EQ(run_dure({"backup", "--data", data("suwon"), backup}).code, 0);
  ASSERT_EQ(run_dure({"backup", "verify", backup}).code, 0);
  fs::remove(data("suwon") + "/node.db");
  fs::remove_all(data("suwon") + "/attachments");
  const auto restored = run_dure({"restore", "--data", data("suwon"), "--replace", backup});
  ASSERT_EQ(restored.code, 0) << restored.err;
  const auto saved = folder_.path("saved");
  const auto got = run_dure(
      {"attachment", "get", "--data", data("suwon"), id_, "쉼터 계획.pdf", "--output", saved});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_TRUE(read_file(saved) == bytes);
  // One byte of the copy is another one.
  for (const auto& file : files_with(backup, kMark)) {
    auto spoilt = read_file(file);
    spoilt[5000] = static_cast<char>(spoilt[5000] ^ 1);
    std::ofstream(file, std::ios::binary) << spoilt;
  }
  EXPECT_NE(run_dure({"backup", "verify", backup}).code, 0);
}

TEST_F(AttachmentNodesTest, AnEntryNamesFilesBelowItsFolderAndNoOthers) {
  fs::create_directories(folder_.path("sub"));
  folder_.file("sub/표.csv", "a,b\n1,2\n");
  auto entry = service("표가 있는 안내");
  entry["attachments"] = json::array({{{"file", "sub/표.csv"}, {"name", "수요.csv"}}});
  const auto good = run_dure(
      {"publish", "--data", data("suwon"), folder_.file("good.json", entry.dump()), "--json"});
  ASSERT_EQ(good.code, 0) << good.err;
  const std::string id = json::parse(good.out)["published"][0]["id"];
  const auto shown = run_dure({"show", "--data", data("suwon"), id});
  EXPECT_THAT(shown.out, HasSubstr("attachment: 수요.csv (8 bytes, text/csv), held here"));
  for (const std::string& bad : {std::string("../x"), std::string("sub/../../x"),
                                 data("suwon") + "/seed.key", std::string("")}) {
    entry["attachments"] = json::array({{{"file", bad}}});
    const auto refused =
        run_dure({"publish", "--data", data("suwon"), folder_.file("bad.json", entry.dump())});
    EXPECT_NE(refused.code, 0) << bad;
    EXPECT_THAT(refused.err, HasSubstr("must be a path below the folder")) << bad;
  }
  entry["attachments"] = json::array({{{"name", "x"},
                                       {"mediaType", "text/plain"},
                                       {"size", 4},
                                       {"commit", std::string(43, 'A') + "="}}});
  const auto absent =
      run_dure({"publish", "--data", data("suwon"), folder_.file("absent.json", entry.dump())});
  EXPECT_EQ(absent.code, 1);
  EXPECT_THAT(absent.err, HasSubstr("is not on this node"));
  const auto missing = run_dure({"publish", "--data", data("suwon"),
                                 folder_.file("entry.json", service("가").dump()), "--attach",
                                 folder_.path("nothing-here")});
  EXPECT_NE(missing.code, 0);
  EXPECT_EQ(attachments_of(data("suwon"))["own"], 1);
}

TEST_F(AttachmentNodesTest, ALaterRevisionKeepsTheFile) {
  publish(content(3000));
  auto revised = service("고친 쉼터");
  revised["id"] = id_;
  const auto body = json::parse(run_dure({"show", "--data", data("suwon"), id_, "--json"}).out);
  revised["attachments"] = body["body"]["attachments"];
  const auto done =
      run_dure({"publish", "--data", data("suwon"), folder_.file("r.json", revised.dump())});
  ASSERT_EQ(done.code, 0) << done.err;
  ASSERT_EQ(run_dure({"erase", "--data", data("suwon"), id_, "--rev", "1", "--yes", "--reason",
                      "mistake"})
                .code,
            0);
  EXPECT_EQ(files_with(data("suwon"), kMark).size(), 1U);
  ASSERT_EQ(run_dure({"erase", "--data", data("suwon"), id_, "--yes", "--reason", "mistake"}).code,
            0);
  EXPECT_THAT(files_with(data("suwon"), kMark), IsEmpty());
}

}  // namespace
}  // namespace dure::test
