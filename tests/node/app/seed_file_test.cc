// SPDX-License-Identifier: Apache-2.0
#include "app/seed_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace dure::node {
namespace {

class SeedFileTest : public testing::Test {
 protected:
  SeedFileTest() {
    std::string pattern = testing::TempDir() + "dure-seed-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/seed.key";
    const int nobody = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nobody, STDIN_FILENO);  // else whoever runs this at a terminal would be asked
    close(nobody);
  }
  ~SeedFileTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& contents) {
    std::ofstream(path_, std::ios::binary) << contents;
    chmod(path_.c_str(), 0600);
  }

  std::string file(const std::string& name, const std::string& contents, mode_t mode = 0600) {
    const auto path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << contents;
    chmod(path.c_str(), mode);
    return path;
  }
  /// Who asks nobody: what stands in a file.
  PassphraseSource passphrase(const std::string& text) {
    Settings settings;
    settings.passphrase_file = file("passphrase", text + "\n");
    return PassphraseSource(settings);
  }
  std::string contents() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  std::string folder_, path_;
  PassphraseSource none_{Settings()};
};

TEST_F(SeedFileTest, IsPrivateAndReadBack) {
  ASSERT_TRUE(create_seed_file(path_));
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(info.st_size, 65);
  EXPECT_TRUE(read_seed_file(path_, none_));
}

TEST_F(SeedFileTest, IsNeverOverwritten) {
  ASSERT_TRUE(create_seed_file(path_));
  EXPECT_EQ(create_seed_file(path_).error().code, ErrorCode::kConflict);
}

TEST_F(SeedFileTest, RejectsAFileThatOthersMayRead) {
  ASSERT_TRUE(create_seed_file(path_));
  chmod(path_.c_str(), 0640);
  EXPECT_EQ(read_seed_file(path_, none_).error().code, ErrorCode::kRefused);
}

TEST_F(SeedFileTest, RejectsOtherContents) {
  for (const std::string& contents :
       {std::string(), std::string("ab"), std::string(63, 'a'), std::string(64, 'g'),
        std::string(65, 'a'), std::string(66, 'a')}) {
    write(contents);
    EXPECT_EQ(read_seed_file(path_, none_).error().code, ErrorCode::kMalformed) << contents;
  }
  EXPECT_EQ(read_seed_file(folder_ + "/missing", none_).error().code, ErrorCode::kStorage);
}

TEST_F(SeedFileTest, SubKeysDifferAndAreStable) {
  write(std::string(64, '1') + "\n");
  const auto seed = read_seed_file(path_, none_);
  ASSERT_TRUE(seed);
  const auto log = derive_sub_key(seed->bytes, SubKey::kLog);
  const auto again = derive_sub_key(seed->bytes, SubKey::kLog);
  const auto witness = derive_sub_key(seed->bytes, SubKey::kWitness);
  EXPECT_EQ(std::memcmp(log.data(), again.data(), 32), 0);
  EXPECT_NE(std::memcmp(log.data(), witness.data(), 32), 0);
  EXPECT_NE(std::memcmp(log.data(), seed->bytes.data(), 32), 0);
}

TEST_F(SeedFileTest, EachPurposeHasAKeyOfItsSuite) {
  for (const Suite suite : {Suite::kEd25519, Suite::kP256}) {
    std::filesystem::remove(path_);
    ASSERT_TRUE(create_seed_file(path_, suite));
    const auto seed = read_seed_file(path_, none_);
    ASSERT_TRUE(seed);
    EXPECT_EQ(seed->suite, suite);
    std::set<std::string> keys;
    for (const SubKey purpose : {SubKey::kLog, SubKey::kWitness, SubKey::kMirror, SubKey::kRequest,
                                 SubKey::kFirstLaterWitness}) {
      const auto signer = make_sub_signer(*seed, purpose, "a");
      ASSERT_TRUE(signer);
      const auto& key = (*signer)->verifier();
      const bool notes = purpose == SubKey::kLog || purpose == SubKey::kRequest;
      EXPECT_EQ(key.type(), notes ? note_key_type(suite) : cosignature_key_type(suite));
      keys.insert(key.public_key());
    }
    EXPECT_EQ(keys.size(), 5U);
  }
}

TEST_F(SeedFileTest, OpensWithItsPassphraseAndWithNoOther) {
  const Passphrase right("correct horse");
  ASSERT_TRUE(create_seed_file(path_, Suite::kP256, &right));
  const auto seed = read_seed_file(path_, passphrase("correct horse"));
  ASSERT_TRUE(seed) << seed.error().detail;
  EXPECT_EQ(seed->suite, Suite::kP256);
  const auto wrong = read_seed_file(path_, passphrase("correct horsf"));
  EXPECT_EQ(wrong.error().text, "errors.passphrase_wrong");
  EXPECT_EQ(read_seed_file(path_, none_).error().text, "errors.passphrase_needed");
  Settings settings;
  settings.passphrase_file = file("open", "correct horse", 0640);
  EXPECT_EQ(read_seed_file(path_, PassphraseSource(settings)).error().text,
            "errors.secret_permissions");
  settings.passphrase_file = file("empty", "\n");
  EXPECT_EQ(read_seed_file(path_, PassphraseSource(settings)).error().text, "errors.secret_empty");
  settings.passphrase_file = folder_ + "/missing";
  EXPECT_EQ(read_seed_file(path_, PassphraseSource(settings)).error().text, "errors.secret_read");
}

TEST_F(SeedFileTest, IsReplacedWholeAndOverwritten) {
  ASSERT_TRUE(create_seed_file(path_));
  const auto before = contents();
  const auto seed = read_seed_file(path_, none_);
  const int held = open(path_.c_str(), O_RDONLY | O_CLOEXEC);  // what a thief of the disk would see
  const Passphrase words("correct horse");
  ASSERT_TRUE(replace_seed_file(path_, *seed, &words));
  std::array<char, 600> left{};
  EXPECT_GT(pread(held, left.data(), left.size(), 0), 0);
  close(held);
  EXPECT_EQ(std::string(left.data(), left.size()), std::string(left.size(), '\0'));
  EXPECT_EQ(contents().find(before.substr(0, 64)), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const auto opened = read_seed_file(path_, passphrase("correct horse"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(std::memcmp(opened->bytes.data(), seed->bytes.data(), 32), 0);
  ASSERT_TRUE(replace_seed_file(path_, *opened, nullptr));
  EXPECT_EQ(contents(), before);
}

TEST_F(SeedFileTest, StaysWhatItWasIfItCannotBeReplaced) {
  ASSERT_TRUE(create_seed_file(path_));
  const auto before = contents();
  const auto seed = read_seed_file(path_, none_);
  std::filesystem::create_directories(path_ + ".new/in-the-way");
  EXPECT_EQ(replace_seed_file(path_, *seed, nullptr).error().text, "errors.seed_write");
  EXPECT_EQ(contents(), before);
}

}  // namespace
}  // namespace dure::node
