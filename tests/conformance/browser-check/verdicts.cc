// SPDX-License-Identifier: Apache-2.0
// `dure verify` for many cases without a process for each: one case a line, three base64 words
// (proof, body, policy; "-" is empty). Answers `<exit status> <what it said, one line>`.
//   verdicts FOLDER <cases
#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/program.h"
#include "dure/encoding.h"

namespace {

bool write_file(const std::string& path, const std::string& word) {
  const auto bytes =
      word == "-" ? dure::Result<dure::Bytes>(dure::Bytes()) : dure::base64_decode(word);
  if (!bytes) return false;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << *bytes << std::flush;
  return out.good();
}

std::string verify(const std::string& folder) {
  std::istringstream in;
  std::ostringstream out, err;
  dure::node::Session session{in, out, err, {{"LANG", "en_US.UTF-8"}}};
  const auto code = dure::node::run_program(
      {"verify", folder + "/proof", folder + "/body", "--policy", folder + "/policy"}, session);
  std::string said = err.str();
  std::replace(said.begin(), said.end(), '\n', ' ');
  return std::to_string(static_cast<int>(code)) + " " + said;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  if (words.size() != 2) return 2;
  std::string proof, body, policy;
  while (std::cin >> proof >> body >> policy) {
    if (!write_file(words[1] + "/proof", proof) || !write_file(words[1] + "/body", body) ||
        !write_file(words[1] + "/policy", policy))
      return 3;
    std::cout << verify(words[1]) << '\n';
  }
  return std::cout.good() ? 0 : 3;
}
