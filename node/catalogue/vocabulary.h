// SPDX-License-Identifier: Apache-2.0
// The words that a catalogue corrects with: those its titles and keywords use.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

/// Folded Korean words of kMinSpelled to kMaxSpelled characters, each also without its particle.
/// Shape: sorted, each once.
std::vector<std::string> vocabulary_of(std::span<const std::string_view> texts);

}  // namespace dure::node
