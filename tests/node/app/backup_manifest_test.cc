// SPDX-License-Identifier: Apache-2.0
#include "app/backup_manifest.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

BackupManifest sample() {
  BackupManifest manifest;
  manifest.origin = "suwon.go.kr/dure/3";
  manifest.generation = 3;
  manifest.size = 10'000;
  manifest.root = sha256({"root"});
  manifest.database_format = 2;
  manifest.time = 1'795'338'000;
  manifest.program = "0.1.0";
  manifest.files = {{"dure.toml", 3167, sha256({"a"})}, {"node.db", 147456, sha256({"b"})}};
  return manifest;
}

TEST(BackupManifestTest, ComesBackAsItWasWritten) {
  const auto text = format_manifest(sample());
  const auto manifest = parse_manifest(text);
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_EQ(manifest->origin, "suwon.go.kr/dure/3");
  EXPECT_EQ(manifest->size, 10'000U);
  EXPECT_EQ(manifest->root, sha256({"root"}));
  EXPECT_EQ(manifest->files[1].bytes, 147456U);
  EXPECT_TRUE(manifest->has("node.db"));
  EXPECT_FALSE(manifest->has("seed.key"));
  EXPECT_EQ(format_manifest(*manifest), text);
}

TEST(BackupManifestTest, EveryFlippedBitIsNoticed) {
  const auto text = format_manifest(sample());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      ASSERT_FALSE(parse_manifest(changed)) << i << " bit " << bit;
    }
  }
}

TEST(BackupManifestTest, EveryMissingOrDoubledByteIsNoticed) {
  const auto text = format_manifest(sample());
  for (std::size_t i = 0; i < text.size(); ++i) {
    ASSERT_FALSE(parse_manifest(text.substr(0, i))) << i;
    auto shorter = text, longer = text;
    shorter.erase(i, 1);
    longer.insert(i, 1, text[i]);
    ASSERT_FALSE(parse_manifest(shorter)) << i;
    ASSERT_FALSE(parse_manifest(longer)) << i;
  }
}

TEST(BackupManifestTest, FilesLieInTheFolderItself) {
  for (const char* name : {"../node.db", "/etc/passwd", "a/b", ".hidden", "", "manifest.json"}) {
    auto manifest = sample();
    manifest.files = {{name, 1, {}}};
    EXPECT_FALSE(parse_manifest(format_manifest(manifest))) << name;
  }
}

TEST(BackupManifestTest, FilesAreSortedAndUnique) {
  auto manifest = sample();
  manifest.files = {{"b", 1, {}}, {"a", 1, {}}};
  EXPECT_FALSE(parse_manifest(format_manifest(manifest)));
  manifest.files = {{"a", 1, {}}, {"a", 1, {}}};
  EXPECT_FALSE(parse_manifest(format_manifest(manifest)));
}

TEST(BackupManifestTest, TheGenerationIsThatOfTheOrigin) {
  auto manifest = sample();
  manifest.generation = 4;
  EXPECT_FALSE(parse_manifest(format_manifest(manifest)));
}

TEST(BackupManifestTest, AnotherFormatIsNotKnown) {
  auto text = format_manifest(sample());
  text.replace(text.find("dure-backup/1"), 13, "dure-backup/2");
  EXPECT_EQ(parse_manifest(text).error().code, ErrorCode::kUnsupported);
}

TEST(BackupManifestTest, NonsenseIsMalformed) {
  for (const char* text : {"", "{}", "[]", "null", "{\"files\":[]}", "\xff"})
    EXPECT_EQ(parse_manifest(text).error().code, ErrorCode::kMalformed) << text;
  EXPECT_EQ(parse_manifest(std::string(kMaxManifestBytes + 1, '[')).error().code,
            ErrorCode::kMalformed);
}

}  // namespace
}  // namespace dure::node
