// SPDX-License-Identifier: Apache-2.0
// Text as a Korean spreadsheet saves it.
#pragma once

#include <gtest/gtest.h>
#include <iconv.h>

#include <string>

namespace dure::node {

inline std::string to_cp949(std::string text) {
  const iconv_t converter = iconv_open("CP949", "UTF-8");
  std::string out(text.size(), '\0');
  char* from = text.data();
  char* to = out.data();
  std::size_t left = text.size(), room = out.size();
  EXPECT_EQ(iconv(converter, &from, &left, &to, &room), 0U);
  iconv_close(converter);
  out.resize(out.size() - room);
  return out;
}

}  // namespace dure::node
