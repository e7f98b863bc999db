// SPDX-License-Identifier: Apache-2.0
// What may be asked of a witness, and in which order it finds fault.
#include "dure/witness.h"

#include <gtest/gtest.h>

#include <functional>

#include "support/growing_log.h"

namespace dure {
namespace {

class AddCheckpointTest : public testing::Test {
 protected:
  AddCheckpointTest() { log_.grow(20); }
  static ErrorCode refusal(const std::string& body) {
    const auto parsed = parse_add_checkpoint(body);
    return parsed ? ErrorCode::kInternal : parsed.error().code;
  }
  static std::string replaced(std::string text, const std::string& part, const std::string& by) {
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), by);
  }
  GrowingLog log_;
};

TEST_F(AddCheckpointTest, ReadsWhatItWrites) {
  for (const std::uint64_t from : {0U, 1U, 7U, 20U}) {
    const std::string body = log_.body(from, 20);
    const auto parsed = parse_add_checkpoint(body);
    ASSERT_TRUE(parsed) << parsed.error().detail;
    EXPECT_EQ(parsed->old_size, from);
    EXPECT_EQ(parsed->checkpoint.size, 20U);
    EXPECT_EQ(format_add_checkpoint(*parsed), body);
  }
}

TEST_F(AddCheckpointTest, AcceptsOneSpellingOnly) {
  const std::string good = log_.body(3, 20);
  ASSERT_TRUE(parse_add_checkpoint(good));
  const std::string hash = base64_encode(as_view(log_.request(3, 20).proof[0]));
  const std::string bad[] = {
      "",
      "old 3",
      "old 3\n",
      "old 3\n\n",
      replaced(good, "old 3", "old 03"),
      replaced(good, "old 3", "old +3"),
      replaced(good, "old 3", "old -3"),
      replaced(good, "old 3", "old 3 "),
      replaced(good, "old 3", "old  3"),
      replaced(good, "old 3", "old"),
      replaced(good, "old 3", "Old 3"),
      replaced(good, "old 3", "size 3"),
      replaced(good, "old 3", "old 9223372036854775808"),
      replaced(good, "old 3", "old 18446744073709551616"),
      replaced(good, "old 3\n", "old 3\r\n"),
      replaced(good, "old 3\n", "\nold 3\n"),
      replaced(good, hash, hash + " "),
      replaced(good, hash, hash.substr(0, hash.size() - 1)),
      replaced(good, hash, hash.substr(4)),
      replaced(good, hash, "AAAA" + hash),
      replaced(good, hash + "\n", hash + "\r\n"),
      replaced(good, "\n20\n", "\n020\n"),
      replaced(good, "\n20\n", "\n9223372036854775808\n"),
      replaced(good, "\n20\n", "\n20\n\n"),
      good + "\n",
      good + "x",
      good.substr(0, good.size() - 1),
      good.substr(0, good.rfind("\n\n") + 1),
  };
  for (const std::string& body : bad) EXPECT_EQ(refusal(body), ErrorCode::kMalformed) << body;
}

TEST_F(AddCheckpointTest, RefusesExtensionLines) {
  Note note{log_.sign(log_.head(20)).text + "more\n", {}};
  note.signatures.push_back(*sign_note(note.text, log_.signer()));
  EXPECT_EQ(refusal("old 20\n\n" + format_note(note)), ErrorCode::kMalformed);
}

TEST_F(AddCheckpointTest, BoundsItsParts) {
  AddCheckpoint request = log_.request(20, 20);
  request.proof.assign(kMaxConsistencyHashes, Hash{});
  EXPECT_TRUE(parse_add_checkpoint(format_add_checkpoint(request)));
  request.proof.emplace_back();
  EXPECT_EQ(refusal(format_add_checkpoint(request)), ErrorCode::kMalformed);
  request.proof.clear();
  const NoteSignature line = request.note.signatures[0];
  request.note.signatures.assign(kMaxNoteSignatures + 1, line);
  EXPECT_EQ(refusal(format_add_checkpoint(request)), ErrorCode::kMalformed);
  EXPECT_EQ(refusal(std::string(kMaxAddCheckpointBytes + 1, 'x')), ErrorCode::kTooLarge);
}

TEST_F(AddCheckpointTest, KeepsOnlySignaturesThatVerified) {
  AddCheckpoint request = log_.request(3, 20);
  const auto good = request.note.signatures[0];
  request.note.signatures.insert(request.note.signatures.begin(),
                                 {"somebody.example/witness", 7, good.blob});
  const std::vector keys = {log_.key()};
  const auto note = authenticate(request, keys);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->signatures.size(), 1U);
  EXPECT_EQ(format_note(*note), format_note(log_.sign(log_.head(20))));

  NoteSignature forged = good;
  forged.blob[5] = static_cast<char>(forged.blob[5] ^ 1);
  request.note.signatures = {good, forged};
  EXPECT_EQ(authenticate(request, keys).error().code, ErrorCode::kBadSignature);
  request.note.signatures = {{good.name, good.key_id + 1, good.blob}};
  EXPECT_EQ(authenticate(request, keys).error().code, ErrorCode::kUnknownKey);
  EXPECT_EQ(authenticate(log_.request(3, 20), {}).error().code, ErrorCode::kUnknownKey);
}

ErrorCode growth(const AddCheckpoint& request, const WitnessedTree& recorded) {
  const auto grown = check_growth(request, recorded);
  return grown ? ErrorCode::kInternal : grown.error().code;
}

constexpr ErrorCode kGrown = ErrorCode::kInternal;

TEST_F(AddCheckpointTest, GrantsEveryGrowth) {
  for (std::uint64_t from = 0; from <= 20; ++from) {
    for (std::uint64_t to = from; to <= 20; ++to) {
      EXPECT_EQ(growth(log_.request(from, to), {from, log_.head(from).root}), kGrown)
          << from << " to " << to;
    }
  }
}

TEST_F(AddCheckpointTest, FindsFaultInTheOrderOfTheSpecification) {
  AddCheckpoint request = log_.request(3, 20);
  const WitnessedTree at3{3, log_.head(3).root};
  // An old size above the new one comes before a wrong old size.
  request.old_size = 21;
  EXPECT_EQ(growth(request, at3), ErrorCode::kMalformed);
  // A wrong old size comes before a wrong proof.
  request.old_size = 4;
  request.proof.clear();
  EXPECT_EQ(growth(request, at3), ErrorCode::kConflict);
  EXPECT_EQ(growth(log_.request(3, 20), {}), ErrorCode::kConflict);
  request.old_size = 3;
  EXPECT_EQ(growth(request, at3), ErrorCode::kBadProof);
}

TEST_F(AddCheckpointTest, RefusesEveryChangedProof) {
  const WitnessedTree at7{7, log_.head(7).root};
  const AddCheckpoint good = log_.request(7, 20);
  for (std::size_t i = 0; i < good.proof.size(); ++i) {
    AddCheckpoint changed = good;
    changed.proof[i][31] ^= 1;
    EXPECT_EQ(growth(changed, at7), ErrorCode::kBadProof) << i;
    changed = good;
    changed.proof.erase(changed.proof.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(growth(changed, at7), ErrorCode::kBadProof) << i;
  }
  AddCheckpoint longer = good;
  longer.proof.emplace_back();
  EXPECT_EQ(growth(longer, at7), ErrorCode::kBadProof);
}

TEST_F(AddCheckpointTest, SpecialSizes) {
  // From nothing: no proof can be, and none is.
  AddCheckpoint first = log_.request(0, 5);
  EXPECT_EQ(growth(first, {}), kGrown);
  first.proof.emplace_back();
  EXPECT_EQ(growth(first, {}), ErrorCode::kBadProof);
  // The same size again: a heartbeat, or two stories.
  const WitnessedTree at5{5, log_.head(5).root};
  AddCheckpoint same = log_.request(5, 5);
  EXPECT_EQ(growth(same, at5), kGrown);
  same.checkpoint.root[0] ^= 1;
  EXPECT_EQ(growth(same, at5), ErrorCode::kBadProof);
  same = log_.request(5, 5);
  same.proof.emplace_back();
  EXPECT_EQ(growth(same, at5), ErrorCode::kBadProof);
  // An empty tree has one root.
  AddCheckpoint empty = log_.request(0, 0);
  EXPECT_EQ(growth(empty, {}), kGrown);
  empty.checkpoint.root[0] ^= 1;
  EXPECT_EQ(growth(empty, {}), ErrorCode::kBadProof);
  ASSERT_TRUE(parse_add_checkpoint("old 0\n\n" + format_note(log_.sign(empty.checkpoint))));
}

}  // namespace
}  // namespace dure
