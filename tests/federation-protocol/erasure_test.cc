// SPDX-License-Identifier: Apache-2.0
// What erases what, and receipts that cannot be altered.
#include "dure/erasure.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "federation-protocol/fixtures.h"

namespace dure {
namespace {

using dure::testing::kOrigin;
using dure::testing::outcome;

ErasureReceipt sample() {
  ErasureReceipt receipt;
  receipt.origin = kOrigin;
  receipt.target = 3;
  receipt.erase_index = 17;
  receipt.commitment = sha256({"a body"});
  receipt.time = 1'795'392'000;
  return receipt;
}

std::unique_ptr<Signer> anyang() {
  return dure::testing::signer("anyang.go.kr/dure/request", KeyType::kEd25519, 9);
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

TEST(ErasureTest, BindsEarlierEntriesOfItsOwnLogOnly) {
  Leaf leaf;
  leaf.type = "erase";
  leaf.target = 4;
  EXPECT_TRUE(is_binding_erasure(leaf, 5));
  EXPECT_FALSE(is_binding_erasure(leaf, 4)) << "itself";
  EXPECT_FALSE(is_binding_erasure(leaf, 3)) << "a later entry";
  leaf.type = "service";
  EXPECT_FALSE(is_binding_erasure(leaf, 5));
}

TEST(ErasureTest, TheBodyGivesOneOfAClosedListOfReasons) {
  for (const auto reason : erasure_reasons())
    EXPECT_EQ(*parse_erasure_body(format_erasure_body(reason)), reason);
  for (const char* bad : {"", "{}", R"({"reason":"because"})", R"({"reason": "mistake"})",
                          R"({"reason":"mistake","name":"Kim"})", "mistake"})
    EXPECT_EQ(outcome(parse_erasure_body(bad)), "malformed") << bad;
}

TEST(ErasureTest, TheSchemaHasTheSameReasons) {
  std::ifstream file(std::string(DURE_SOURCE_DIR) +
                     "/federation-protocol/schemas/erase.schema.json");
  const std::string schema{std::istreambuf_iterator<char>(file), {}};
  std::string listed;
  for (const auto reason : erasure_reasons())
    listed += (listed.empty() ? "\"" : ", \"") + std::string(reason) + '"';
  EXPECT_NE(schema.find("\"enum\": [" + listed + "]"), std::string::npos) << listed;
}

TEST(ErasureTest, NamesTheRequestKeyAfterTheMember) {
  EXPECT_EQ(request_key_name("suwon.go.kr/dure/1"), "suwon.go.kr/dure/request");
}

TEST(ErasureTest, TheIdNamesAnEntryOfAnEarlierGeneration) {
  Leaf leaf;
  leaf.type = "erase-sealed";
  for (const SealedEntry entry : {SealedEntry{1, 0}, {2, 300}, {2, (1ULL << 53) - 1}}) {
    leaf.id = erase_sealed_id(entry);
    EXPECT_TRUE(is_entry_id(leaf.id)) << leaf.id;
    EXPECT_EQ(sealed_entry_of(leaf, "suwon.go.kr/dure/3"), entry);
  }
  EXPECT_EQ(origin_of_generation("suwon.go.kr/dure/3", 2), "suwon.go.kr/dure/2");
  for (const SealedEntry entry : {SealedEntry{0, 1}, {3, 1}, {4, 1}, {1, 1ULL << 53}}) {
    leaf.id = erase_sealed_id(entry);
    EXPECT_FALSE(sealed_entry_of(leaf, "suwon.go.kr/dure/3")) << entry.generation;
  }
  leaf.id = erase_sealed_id({1, 4});
  const Leaf good = leaf;
  leaf.rev = 2;
  EXPECT_FALSE(sealed_entry_of(leaf, "suwon.go.kr/dure/3"));
  leaf = good;
  leaf.entry_class = EntryClass::kMembers;
  EXPECT_FALSE(sealed_entry_of(leaf, "suwon.go.kr/dure/3"));
  leaf = good;
  leaf.type = "service";
  EXPECT_FALSE(sealed_entry_of(leaf, "suwon.go.kr/dure/3"));
  leaf = good;
  leaf.id = "zzz";
  EXPECT_FALSE(sealed_entry_of(leaf, "suwon.go.kr/dure/3"));
  EXPECT_FALSE(sealed_entry_of(good, "suwon"));
}

TEST(ErasureReceiptTest, NamesTheSealedLogOfItsTarget) {
  auto receipt = sample();
  receipt.origin = "suwon.go.kr/dure/2";
  receipt.target_origin = kOrigin;
  receipt.target = 99;  // of another log: nothing to do with the erase entry's index
  const auto text = format_receipt(receipt);
  EXPECT_TRUE(
      text.starts_with("erasure-receipt/v2\nsuwon.go.kr/dure/2\nsuwon.go.kr/dure/1\n99\n17\n"))
      << text;
  const auto read = parse_receipt(text);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(format_receipt(*read), text);
  for (const auto& bad :
       {replaced(text, "/v2", "/v1"), replaced(text, "/v2", "/v3"),
        replaced(text, "suwon.go.kr/dure/1", "suwon.go.kr/dure/2"),
        replaced(text, "suwon.go.kr/dure/1", ""), replaced(text, "suwon.go.kr/dure/1\n", "")})
    EXPECT_EQ(outcome(parse_receipt(bad)), "malformed") << bad;
}

TEST(ErasureReceiptTest, ReadsWhatItWrites) {
  const auto text = format_receipt(sample());
  EXPECT_TRUE(text.starts_with("erasure-receipt/v1\nsuwon.go.kr/dure/1\n3\n17\n")) << text;
  const auto read = parse_receipt(text);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(format_receipt(*read), text);
}

TEST(ErasureReceiptTest, AcceptsOneSpellingOnly) {
  const auto good = format_receipt(sample());
  const std::string bad[] = {"",
                             "\n",
                             good + "\n",
                             good + "x\n",
                             good.substr(0, good.size() - 1),
                             replaced(good, "/v1", "/v2"),
                             replaced(good, "\n3\n", "\n03\n"),
                             replaced(good, "\n3\n", "\n-3\n"),
                             replaced(good, "\n3\n", "\n17\n"),
                             replaced(good, "\n3\n", "\n18\n"),
                             replaced(good, "\n17\n", "\n\n"),
                             replaced(good, "\n17\n", "\n9223372036854775808\n"),
                             replaced(good, "dure/1", "dure/01"),
                             replaced(good, "suwon.go.kr/dure/1", "suwon"),
                             replaced(good, "\n3\n", "\r\n3\n"),
                             replaced(good, "1795392000", "0"),
                             replaced(good, "=\n", "\n"),
                             good + good};
  for (const auto& text : bad) EXPECT_EQ(outcome(parse_receipt(text)), "malformed") << text;
  EXPECT_EQ(outcome(parse_receipt(good + std::string(kMaxReceiptBytes, 'x'))), "too-large");
}

TEST(ErasureReceiptTest, IsBelievedUnderTheSignersKeyOnly) {
  const auto signer = anyang();
  const auto note = *sign_receipt(sample(), *signer);
  const auto opened = open_receipt(note, signer->verifier());
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->target, 3U);
  const auto other = dure::testing::signer("anyang.go.kr/dure/request", KeyType::kEd25519, 8);
  EXPECT_EQ(outcome(open_receipt(note, other->verifier())), "unknown-key");
  EXPECT_EQ(
      outcome(open_receipt(note + note.substr(note.rfind("\xE2\x80\x94")), signer->verifier())),
      "malformed")
      << "a second signature";
}

TEST(ErasureReceiptTest, NoFlippedBitIsBelieved) {
  const auto signer = anyang();
  const auto note = *sign_receipt(sample(), *signer);
  for (std::size_t at = 0; at < note.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = note;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      EXPECT_FALSE(open_receipt(changed, signer->verifier())) << at << ": " << bit;
    }
  }
}

TEST(ErasureReceiptTest, AnotherNoteIsNoReceipt) {
  const auto signer = anyang();
  Note note{"anyang.go.kr/dure/1\n0\n" + base64_encode(as_view(empty_root())) + "\n", {}};
  note.signatures.push_back(*sign_note(note.text, *signer));
  EXPECT_EQ(outcome(open_receipt(format_note(note), signer->verifier())), "malformed");
}

}  // namespace
}  // namespace dure
