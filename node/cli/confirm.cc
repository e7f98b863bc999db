// SPDX-License-Identifier: Apache-2.0
#include "cli/confirm.h"

#include <istream>
#include <ostream>
#include <string>

namespace dure::node {

bool confirm(Session& session, std::string_view key, const TextArguments& args) {
  std::string line;
  while (true) {
    session.out.flush();
    session.err << session.say(key, args) << ' ' << std::flush;
    if (!std::getline(session.in, line)) return false;
    for (const std::string_view yes : {"y", "Y", "yes", "예", "네", "ㅛ"}) {
      if (line == yes) return true;
    }
    for (const std::string_view no : {"n", "N", "no", "아니오", "아니요", "ㅜ"}) {
      if (line == no) return false;
    }
  }
}

}  // namespace dure::node
