// SPDX-License-Identifier: Apache-2.0
// Handles of C libraries in std::unique_ptr. Internal to rdf/.
#pragma once

namespace dure::node {

template <auto kFree>
struct FreedBy {
  template <class T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};

}  // namespace dure::node
