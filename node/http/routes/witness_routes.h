// SPDX-License-Identifier: Apache-2.0
// This node as a witness of other logs. Spec: C2SP tlog-witness.
#pragma once

#include "http/router.h"
#include "witnessing/witness.h"

namespace dure::node::http {

/// Registers
///   POST /witness/add-checkpoint       the body is the request, its log signature the permission
///   GET  /witness/{hash}/checkpoint    the newest head cosigned of the log with this origin hash
/// `witness` must outlive `router`.
void add_witness_routes(Router& router, Witness& witness);

}  // namespace dure::node::http
