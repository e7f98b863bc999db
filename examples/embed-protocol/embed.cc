// SPDX-License-Identifier: Apache-2.0
// Verifies, without any node, that a government published a document: embed PROOF BODY POLICY
#include <dure/proof.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace {

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int fail(const dure::Error& error) {
  std::fprintf(stderr, "not proven (%s): %s\n", std::string(dure::error_name(error.code)).c_str(),
               error.detail.c_str());
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: embed PROOF BODY POLICY\n");
    return 2;
  }
  const auto proof = dure::parse_proof(read_file(arguments[1]));
  if (!proof) return fail(proof.error());
  const auto policy = dure::parse_policy(read_file(arguments[3]));
  if (!policy) return fail(policy.error());
  const auto entry = dure::verify_entry(*proof, read_file(arguments[2]), *policy);
  if (!entry) return fail(entry.error());

  std::printf("genuine: entry %llu of %s, dated %s, %zu cosignatures\n",
              static_cast<unsigned long long>(entry->index), entry->checkpoint.origin.c_str(),
              entry->leaf.time.c_str(), entry->cosigners.size());
  return 0;
}
