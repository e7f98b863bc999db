// SPDX-License-Identifier: Apache-2.0
// The log that these tests replicate, and where its own node serves it.
#pragma once

namespace dure::node {

inline constexpr const char* kOrigin = "suwon.go.kr/dure/1";
inline constexpr const char* kHome = "http://home";

}  // namespace dure::node
