// SPDX-License-Identifier: Apache-2.0
// Logs carried in a file arrive whole, or not at all.
#include "peer/transfer_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "replication/transfer.h"
#include "replication/ustar.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

constexpr const char* kOrigin = "suwon.go.kr/dure/1";

class TransferFileTest : public testing::Test {
 protected:
  TransferFileTest()
      : log_(kOrigin), path_(testing::TempDir() + "dure-transfer-" + std::to_string(::getpid())) {
    from_id_ = from_.add_log(kOrigin);
    log_.grow_to(600);
    network_["http://home"].log = &log_;
    network_["http://home"].size = 600;
    const PullJob job{
        {from_id_, kOrigin, false}, log_.keys(), {origin_location("http://home")}, {}};
    EXPECT_FALSE(pull_log(job, network_.opener(), from_, from_).error);
    EXPECT_TRUE(export_logs({{from_id_, kOrigin, false}}, from_, [this](std::string_view bytes) {
      file_ += bytes;
      return ok();
    }));
  }
  ~TransferFileTest() override { ::unlink(path_.c_str()); }

  Result<std::shared_ptr<const TransferFile>> open(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return TransferFile::open(path_);
  }
  /// Imports into an empty mirror; whatever is stored must be true.
  PullReport import(const TransferFile& file) {
    MemoryMirrors to;
    const LogId id = to.add_log(kOrigin);
    auto report = pull_log(transfer_job({id, kOrigin, false}, log_.keys()), file.opener(), to, to);
    for (std::size_t i = 0; i < to.mirror(id)->stored; ++i) {
      EXPECT_EQ(to.entry(id, i)->leaf, log_.leaves()[i]);
      EXPECT_EQ(to.entry(id, i)->body, log_.bodies()[i]);
    }
    return report;
  }

  FakeLog log_;
  FakeNetwork network_;
  MemoryMirrors from_;
  LogId from_id_ = 0;
  std::string path_, file_;
};

TEST_F(TransferFileTest, CarriesALogWhole) {
  const auto file = open(file_);
  ASSERT_TRUE(file) << file.error().detail;
  EXPECT_EQ((*file)->origins(), std::vector<std::string>{kOrigin});
  const auto report = import(**file);
  EXPECT_FALSE(report.error) << report.error->detail;
  EXPECT_EQ(report.entries, 600U);
}

TEST_F(TransferFileTest, IsTheSameFileEachTime) {
  std::string again;
  ASSERT_TRUE(export_logs({{from_id_, kOrigin, false}}, from_, [&](std::string_view bytes) {
    again += bytes;
    return ok();
  }));
  EXPECT_TRUE(again == file_);
}

TEST_F(TransferFileTest, AddsToWhatIsThere) {
  MemoryMirrors to;
  const LogId id = to.add_log(kOrigin);
  network_["http://home"].size = 300;
  const PullJob job{{id, kOrigin, false}, log_.keys(), {origin_location("http://home")}, {}};
  ASSERT_FALSE(pull_log(job, network_.opener(), to, to).error);
  const auto file = open(file_);
  const auto report =
      pull_log(transfer_job({id, kOrigin, false}, log_.keys()), (*file)->opener(), to, to);
  EXPECT_FALSE(report.error) << report.error->detail;
  EXPECT_EQ(report.entries, 300U);
}

TEST_F(TransferFileTest, RefusesACutFile) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, std::size_t{512},
                                 file_.size() / 2, file_.size() - 512, file_.size() - 1}) {
    const auto file = open(file_.substr(0, size));
    ASSERT_FALSE(file) << size;
    EXPECT_EQ(file.error().code, ErrorCode::kMalformed);
  }
}

TEST_F(TransferFileTest, StoresNothingWrongFromAChangedFile) {
  for (std::size_t at = 0; at < file_.size(); at += 8009) {
    auto changed = file_;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    if (const auto file = open(changed)) import(**file);
  }
}

TEST_F(TransferFileTest, RefusesWhatIsNoFileOfOurs) {
  EXPECT_EQ(TransferFile::open(path_ + "-missing").error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(TransferFile::open(testing::TempDir()));
  EXPECT_FALSE(open(std::string(10'240, 'x')));
  EXPECT_FALSE(open(std::string(1024, '\0')));
  EXPECT_FALSE(open(file_ + std::string(512, '\0')));
}

TEST_F(TransferFileTest, RefusesAnOriginWithoutItsNewline) {
  const std::string origin(kOrigin);
  auto header = format_ustar_header({origin_hash(origin) + "/origin", origin.size()});
  std::string changed(header.data(), header.size());
  changed += origin + std::string(kUstarBlock - origin.size(), '\0');
  EXPECT_FALSE(open(changed + file_.substr(changed.size())));
  header = format_ustar_header({origin_hash(origin) + "/origin", origin.size() + 1});
  changed.replace(0, header.size(), header.data(), header.size());
  changed[kUstarBlock + origin.size()] = '\n';
  EXPECT_TRUE(open(changed + file_.substr(changed.size())));
}

}  // namespace
}  // namespace dure::node
