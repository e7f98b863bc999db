// SPDX-License-Identifier: Apache-2.0
// RFC 8785 test data: what the leaf profile allows must come out the same, the rest must be
// refused.
#include "dure/encoding.h"
#include "shared_vectors.h"

namespace dure {
namespace {

std::filesystem::path folder() { return testing::shared_vectors() / "rfc8785-jcs/testdata"; }

TEST(JcsVectorsTest, FlatObjectsOfStringsComeOutCanonical) {
  DURE_NEED_VECTORS(folder());
  for (const char* name : {"french.json", "unicode.json", "weird.json"}) {
    auto object = parse_flat_json(testing::read_file(folder() / "input" / name));
    ASSERT_TRUE(object) << name << ": " << object.error().detail;
    EXPECT_EQ(canonical_json(*std::move(object)), testing::read_file(folder() / "output" / name))
        << name;
  }
}

TEST(JcsVectorsTest, CanonicalOutputIsItsOwnCanonicalForm) {
  DURE_NEED_VECTORS(folder());
  for (const char* name : {"french.json", "unicode.json", "weird.json"}) {
    const std::string output = testing::read_file(folder() / "output" / name);
    EXPECT_EQ(canonical_json(*parse_flat_json(output)), output) << name;
  }
}

TEST(JcsVectorsTest, NestedAndFractionalOnesAreRefused) {
  DURE_NEED_VECTORS(folder());
  for (const char* name : {"arrays.json", "structures.json", "values.json"}) {
    const std::string input = testing::read_file(folder() / "input" / name);
    ASSERT_FALSE(input.empty()) << name;
    EXPECT_FALSE(parse_flat_json(input)) << name;
  }
}

}  // namespace
}  // namespace dure
