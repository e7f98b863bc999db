// SPDX-License-Identifier: Apache-2.0
#include "app/seed_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace dure::node {
namespace {

class SeedFileTest : public testing::Test {
 protected:
  SeedFileTest() {
    std::string pattern = testing::TempDir() + "dure-seed-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/seed.key";
  }
  ~SeedFileTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& contents) {
    std::ofstream(path_, std::ios::binary) << contents;
    chmod(path_.c_str(), 0600);
  }

  std::string folder_, path_;
};

TEST_F(SeedFileTest, IsPrivateAndReadBack) {
  ASSERT_TRUE(create_seed_file(path_));
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(info.st_size, 65);
  EXPECT_TRUE(read_seed_file(path_));
}

TEST_F(SeedFileTest, IsNeverOverwritten) {
  ASSERT_TRUE(create_seed_file(path_));
  EXPECT_EQ(create_seed_file(path_).error().code, ErrorCode::kConflict);
}

TEST_F(SeedFileTest, RejectsAFileThatOthersMayRead) {
  ASSERT_TRUE(create_seed_file(path_));
  chmod(path_.c_str(), 0640);
  EXPECT_EQ(read_seed_file(path_).error().code, ErrorCode::kRefused);
}

TEST_F(SeedFileTest, RejectsOtherContents) {
  for (const std::string& contents :
       {std::string(), std::string("ab"), std::string(63, 'a'), std::string(64, 'g'),
        std::string(65, 'a'), std::string(66, 'a')}) {
    write(contents);
    EXPECT_EQ(read_seed_file(path_).error().code, ErrorCode::kMalformed) << contents;
  }
  EXPECT_EQ(read_seed_file(folder_ + "/missing").error().code, ErrorCode::kStorage);
}

TEST_F(SeedFileTest, SubKeysDifferAndAreStable) {
  write(std::string(64, '1') + "\n");
  const auto seed = read_seed_file(path_);
  ASSERT_TRUE(seed);
  const auto log = derive_sub_key(*seed, SubKey::kLog);
  const auto again = derive_sub_key(*seed, SubKey::kLog);
  const auto witness = derive_sub_key(*seed, SubKey::kWitness);
  EXPECT_EQ(std::memcmp(log.data(), again.data(), 32), 0);
  EXPECT_NE(std::memcmp(log.data(), witness.data(), 32), 0);
  EXPECT_NE(std::memcmp(log.data(), seed->data(), 32), 0);
}

}  // namespace
}  // namespace dure::node
