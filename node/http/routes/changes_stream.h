// SPDX-License-Identifier: Apache-2.0
// The changes as server-sent events: each with the place after it as its id.
#pragma once

#include <memory>

#include "http/message.h"
#include "http/routes/catalogue_facts.h"
#include "http/routes/change_facts.h"

namespace dure::node::http {

/// What all streams share: those that are at one place read it once. Threads: any.
class ChangesMemory;
std::shared_ptr<ChangesMemory> make_changes_memory(const CatalogueSources& sources);

/// Tells every change behind `from`, then waits for more. Ends when the catalogue is made anew;
/// whoever comes again is then told so. Spec: WHATWG HTML 9.2.
Response changes_stream(std::shared_ptr<ChangesMemory> memory, const Request& request,
                        const ChangePlace& from);

}  // namespace dure::node::http
