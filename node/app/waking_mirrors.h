// SPDX-License-Identifier: Apache-2.0
// A mirror store that tells somebody when a pull came to its end.
#pragma once

#include <functional>
#include <memory>

#include "replication/ports.h"

namespace dure::node {

/// `wake` is called after every completed head and every stored bundle; it must be cheap. `inner`
/// must outlive this.
std::unique_ptr<MirrorStore> make_waking_mirrors(MirrorStore& inner, std::function<void()> wake);

}  // namespace dure::node
