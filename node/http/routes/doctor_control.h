// SPDX-License-Identifier: Apache-2.0
// What `dure doctor` asks the node over the control API.
#pragma once

#include <functional>
#include <string>

#include "dure/result.h"
#include "http/router.h"

namespace dure::node::http {

/// Each answers a JSON text.
struct DoctorPorts {
  std::function<Result<std::string>()> facts;
  std::function<std::string()> expect;                          // {"mark"}
  std::function<std::string(const std::string& mark)> arrived;  // {"arrived","client","forwarded"}
};

///   GET  /control/v1/doctor
///   POST /control/v1/doctor/front          a question with a mark will come in from outside
///   GET  /control/v1/doctor/front  ?mark=  how it arrived
void add_doctor_control(Router& router, DoctorPorts ports);

}  // namespace dure::node::http
